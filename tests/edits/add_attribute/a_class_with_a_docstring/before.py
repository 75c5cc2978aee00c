class User(Base):
    """A user."""
