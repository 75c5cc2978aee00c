class User(Base):
    id: Mapped[int] = mapped_column()

    zones: Mapped[list[Zone]] = relationship()
    items: Mapped[list[Item]] = relationship()