from app.models import Team, User


class Users:
    def read(
        self, order: Annotated[RowOrder, Depends(order_of(User, "name", "age", "score"))]
    ):
        return order.apply(db.query(User)).all()
