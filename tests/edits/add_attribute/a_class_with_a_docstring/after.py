class User(Base):
    """A user."""

    products: Mapped[list["Product"]] = relationship()
