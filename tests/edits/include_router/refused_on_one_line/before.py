from fastapi import FastAPI

def register(app): app.include_router(users.router)
