import os
import secrets

os.environ.setdefault('AUTH_SECRET_KEY', secrets.token_hex(32))
from app.main import app

NAME = 'clinic'
