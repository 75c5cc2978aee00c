class User(Base): pass
