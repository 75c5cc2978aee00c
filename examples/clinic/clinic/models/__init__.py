from .patient import Patient
from .visit import Visit

__all__ = ['Patient', 'Visit']
