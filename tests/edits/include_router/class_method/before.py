from fastapi import FastAPI

from app.routers import users


class Server:
    def __init__(self):
        self.app = FastAPI()
        self.routes()

    def routes(self):
        self.app.include_router(users.router)
