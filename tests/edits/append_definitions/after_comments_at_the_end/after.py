from app.models import Product


def get_user(db, id):
	return db.get(id)

# def old():
#     pass


def get_product(db, id):
	if id:
		return db.get(Product, id)

