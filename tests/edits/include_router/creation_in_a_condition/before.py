from fastapi import FastAPI

from app.settings import settings

if settings.docs:
    app = FastAPI()
else:
    app = FastAPI(docs_url=None)

print("made")
