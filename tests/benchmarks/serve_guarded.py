"""The library as it is, and its products once more for those who are signed in: protected.py.

And a third time behind no more than a statement, which is what asking for a user cannot do without.
"""

from __future__ import annotations

import importlib
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import text

app: Any = importlib.import_module("app.main").app
router: Any = importlib.import_module("app.api.routes.products").router
guard: Any = importlib.import_module("app.api.current_user").get_current_user
get_session: Any = importlib.import_module("app.db.session").get_session


async def ask(session: Annotated[Any, Depends(get_session)]) -> None:
    """Ask the database for nothing."""
    await session.execute(text("SELECT 1"))


app.include_router(router, prefix="/guarded", dependencies=[Depends(guard)])
app.include_router(router, prefix="/asked", dependencies=[Depends(ask)])
