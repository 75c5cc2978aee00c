# Nothing here yet.
from app.x import g
