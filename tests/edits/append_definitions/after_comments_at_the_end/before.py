def get_user(db, id):
	return db.get(id)

# def old():
#     pass

