from app.models import User


class Users:
    def read(self, order: Annotated[RowOrder, Depends(order_of(User, "name"))]):
        return order.apply(db.query(User)).all()
