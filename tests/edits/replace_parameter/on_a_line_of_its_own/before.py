def read_users(
    db: Session = Depends(get_db),
    order: RowOrder = Depends(order_of(User, "name")),  # as clients ask
):
    return order.apply(db.query(User)).all()
