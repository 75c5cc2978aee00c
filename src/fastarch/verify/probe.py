"""Run by the user's interpreter, by path: import the app and write its OpenAPI document.

It depends on nothing but the standard library, and on no syntax newer than Python 3.8: fastarch is
not installed there. Arguments: import root, module, name, kind (``instance`` or ``factory``), file
for the answer: ``{"document": …}`` or ``{"error": …}``.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import traceback
from types import TracebackType
from typing import Any, Callable  # noqa: UP035 - evaluated by Python 3.8


def write(path: str, answer: dict[str, Any]) -> None:
    """Leave an answer, whole or not at all."""
    with open(path + ".part", "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(answer, file, default=str)
    os.replace(path + ".part", path)  # noqa: PTH105


def required(factory: Callable[..., Any]) -> list[str]:
    """Names of the parameters that a factory cannot be called without."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        one.name
        for one in inspect.signature(factory).parameters.values()
        if one.default is one.empty and one.kind not in kinds
    ]


def describe(app: Any) -> dict[str, Any]:  # noqa: ANN401 - FastAPI is not imported here
    """The OpenAPI document; that of its routes alone where the app serves none itself."""
    if getattr(app, "openapi_url", "") is None:
        # What such an app says of itself need not even be valid: nobody asks for it.
        utils = importlib.import_module("fastapi.openapi.utils")
        document: dict[str, Any] = utils.get_openapi(title="", version="", routes=app.routes)
        return document
    described: dict[str, Any] = app.openapi()
    return described


def main() -> None:
    """Import, ask, answer; end the process at once, whatever threads the app has started."""
    import_root, module, name, kind, answer = sys.argv[1:]

    def failed(
        type_: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception_only(type_, error)).strip()
        frames = [[one.filename, one.lineno] for one in traceback.extract_tb(trace)]
        write(answer, {"error": text, "type": type_.__name__, "frames": frames})
        os._exit(1)

    sys.excepthook = failed
    sys.argv = [module]
    sys.path[0] = import_root
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if kind == "factory":
        missing = required(found)
        if missing:
            write(answer, {"error": "", "type": "", "needs": missing})
            os._exit(1)
        found = found()
    write(answer, {"document": describe(found)})
    os._exit(0)


if __name__ == "__main__":
    main()
