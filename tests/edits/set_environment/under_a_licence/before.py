# Licence: MIT

from app.main import app

assert app
