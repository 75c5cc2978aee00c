from sqlalchemy import String


def shared():
    return String


def last():
    return 1


def product():
    return shared()
