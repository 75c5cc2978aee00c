from app.main import app

NAME = 'clinic'
