"""The library as it is, and its products once more for those who are signed in: protected.py."""

from __future__ import annotations

import importlib
from typing import Any

from fastapi import Depends

app: Any = importlib.import_module("app.main").app
router: Any = importlib.import_module("app.api.routes.products").router
guard: Any = importlib.import_module("app.api.current_user").get_current_user
app.include_router(router, prefix="/guarded", dependencies=[Depends(guard)])
