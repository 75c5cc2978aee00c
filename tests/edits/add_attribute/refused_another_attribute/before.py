class User(Base):
    products = 1
