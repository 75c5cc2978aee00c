from fastapi import FastAPI

from ..db import engine
from . import users
from .models import User
