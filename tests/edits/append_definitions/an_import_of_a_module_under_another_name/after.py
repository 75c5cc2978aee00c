import json as json_module

from app.models import status as app_status
from app.tools import json


def status():
    return json


def dump(x):
    return json_module.dumps(x), app_status
