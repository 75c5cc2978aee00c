from fastapi import FastAPI


def create_app():
	from app.routers import users

	app = FastAPI()
	app.include_router(
		users.router,
		prefix="/users",
	)
	return app
