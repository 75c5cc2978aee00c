"""fastarch writes resources and features into the FastAPI app that you already have."""

__version__ = "0.2.0"
