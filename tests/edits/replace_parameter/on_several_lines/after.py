def read(
    db: Session,
    order: Annotated[
        RowOrder, Depends(order_of(User, "name", "age"))
    ],
    *,
    all: bool,
):
    return order.apply(db.query(User)).all()
