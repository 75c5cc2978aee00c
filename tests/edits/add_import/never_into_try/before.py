try:
    import orjson
except ImportError:
    orjson = None

import os


def f():
    return os
