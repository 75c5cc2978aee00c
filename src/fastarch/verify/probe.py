"""Run by the user's interpreter, by path: import the app and print its OpenAPI document.

It depends on nothing but the standard library, and on no syntax newer than Python 3.8: fastarch is not installed
there. Arguments: import root, module, name, kind (``instance`` or ``factory``), file for the answer.
"""

import importlib
import json
import sys


def main() -> None:
    import_root, module, name, kind, answer = sys.argv[1:]
    sys.path[0] = import_root
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    app = found() if kind == "factory" else found
    with open(answer, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(app.openapi(), file)


if __name__ == "__main__":
    main()
