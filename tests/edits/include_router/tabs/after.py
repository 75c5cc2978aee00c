from fastapi import FastAPI


def create_app():
	from app.routers import products, users

	app = FastAPI()
	app.include_router(
		users.router,
		prefix="/users",
	)
	app.include_router(
		products.router,
		prefix="/products",
	)
	return app
