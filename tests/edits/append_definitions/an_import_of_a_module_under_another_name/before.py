from app.tools import json


def status():
    return json
