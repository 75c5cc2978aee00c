from app import models

models.Base.metadata.create_all()


class Base:
    pass
