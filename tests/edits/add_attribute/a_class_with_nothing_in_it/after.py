class User(Base):
    pass
    products: Mapped[list["Product"]] = relationship()
