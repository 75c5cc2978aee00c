try:
    import orjson
except ImportError:
    orjson = None

import json
import os


def f():
    return os
