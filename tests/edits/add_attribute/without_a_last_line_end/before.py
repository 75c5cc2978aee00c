class User(Base):
    id: Mapped[int] = mapped_column()

    items: Mapped[list[Item]] = relationship()