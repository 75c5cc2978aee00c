def read(size: int = 12):
    return size
