"""The user model that ``add auth`` makes where the app has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastarch.discover.symbols import Place, Symbol
from fastarch.discover.user_model import UserModel
from fastarch.plan.auth_model_words import USERS

if TYPE_CHECKING:
    from fastarch.plan.feature_models import FeatureModels


def new_user(models: FeatureModels) -> UserModel:
    """The user model that the feature makes."""
    made, users = models.classes[USERS], models.resources[0]
    return UserModel(
        Symbol(Place("", 1), made.module, made.name or ""),
        users.name.many,
        id_name="id",
        id_type=users.id or "int",
        id_value=None,
        login="email",
        login_is_email=True,
        login_unique=True,
        login_nullable=False,
        login_length=254,
        password="password_hash",
        password_nullable=True,
        active="is_active",
        superuser="is_superuser",
        has_rows=False,
    )
