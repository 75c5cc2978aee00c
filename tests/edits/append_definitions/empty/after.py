import uuid


def new():
    return uuid.uuid4()
