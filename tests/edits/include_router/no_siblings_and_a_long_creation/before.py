import uvicorn
from fastapi import FastAPI

app = FastAPI(
    title="Shop",
    version="1",
)
app.state.ready = False

if __name__ == "__main__":
    uvicorn.run(app)
