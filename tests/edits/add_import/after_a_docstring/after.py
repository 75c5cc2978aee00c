"""Doc."""

from app.x import g

x = 1
