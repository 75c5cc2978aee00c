class User(Base):
    pass
