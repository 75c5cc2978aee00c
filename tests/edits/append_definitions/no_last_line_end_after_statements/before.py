from app.db import Base, engine

x = 1

app = FastAPI()
app.include_router(a)
app.include_router(b)