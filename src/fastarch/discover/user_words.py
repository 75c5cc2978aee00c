"""What the columns and tables of user models are called."""

from __future__ import annotations

import re

from fastarch.spec.plurals import singularise

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_EMAIL = re.compile(r"(?:(?:user|login|primary|account|work)_)?e?_?mail(?:_(?:address|addr|id))?")
_LOGIN = ("username", "user_name", "login", "login_name", "user_login", "uname", "login_id")
# Names that people sign in with only where no two are the same.
_NAMES = (
    "handle", "account_name", "screen_name", "nickname", "nick", "display_name", "name",
    "phone", "phone_number", "mobile", "mobile_number", "telephone",
)  # fmt: skip

_PASS = "(?:password|passwd|passwort|passphrase|passcode|pwd|pass|pw)"
_HASHED = "(?:hash|hashed|digest|bcrypt|argon2|encrypted|crypted|crypt|enc)"
_HASH = re.compile(
    rf"(?:user_)?(?:{_HASHED}_{_PASS}|{_PASS}_{_HASHED}|{_HASHED}{_PASS}|{_PASS}{_HASHED})"
    r"(?:_(?:value|string))?"
)
_PASSWORD = re.compile(rf"(?:(?:user|login|account)_)?{_PASS}|hash|hashed")

_ACTIVE = (
    "is_active", "active", "is_enabled", "enabled", "activated", "is_activated", "user_active",
    "account_active", "active_flag",
)  # fmt: skip
_DISABLED = (
    "is_disabled", "disabled", "is_blocked", "blocked", "is_banned", "banned", "is_suspended",
    "suspended", "is_deactivated", "deactivated", "is_inactive", "inactive", "is_locked", "locked",
)  # fmt: skip
_GONE = frozenset({"is_deleted", "deleted", "is_archived", "archived"})
_GONE_AT = re.compile(
    r"(?:deleted|disabled|blocked|banned|suspended|deactivated|archived|locked|removed)_(?:at|on)"
    r"|date_(?:deleted|disabled|deactivated)"
)
_SUPERUSER = (
    "is_superuser", "superuser", "is_super_user", "is_super", "is_superadmin", "is_super_admin",
    "superadmin", "super_admin", "is_admin", "admin", "is_administrator", "administrator",
    "is_root", "root", "is_sysadmin", "is_system_admin", "is_site_admin", "is_staff", "staff",
)  # fmt: skip

_GRANTED = re.compile(
    r"(?:^|_)(?:super|superuser|admin|administrator|staff|root|moderator|manager|operator"
    r"|verified|confirmed|approved|validated|trusted|vip)(?:$|_)"
)
_ROLE = re.compile(
    r"(?:(?:user|account|system|global|access|default)_)?"
    r"(?:roles?|permissions?|privileges?|rights|scopes?|access_level|user_level|user_type)(?:_id)?"
)
_STATE = re.compile(r"(?:(?:user|account)_)?(?:status|state)")
_LEAST = (
    "user", "member", "customer", "client", "guest", "viewer", "reader", "basic", "standard",
    "regular", "normal", "default", "employee", "student", "patient", "subscriber", "buyer",
    "visitor", "public", "none",
)  # fmt: skip
_FRESH = ("active", "enabled", "new", "registered", "normal", "ok", "created")

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|pw|passphrase|hash|hashed|digest|secret|secrets|token|tokens|salt"
    r"|otp|totp|mfa|pin|key|keys|ssn|nonce|code|codes|answer|stamp)(?:$|_)"
)
_MADE = re.compile(
    r"(?:\w+_)?(?:created|updated|modified|changed|registered|joined|inserted|signed_up|logged_in)"
    r"(?:_(?:at|on|date|time))?|date_(?:created|updated|modified|joined|registered|added)"
    r"|last_(?:login|seen|active|activity|update|updated|modified)(?:_at|_on)?"
    r"|(?:creation|registration|update|signup|join)_(?:date|time)"
)

# What says no more than that a class is a model, or of which app.
_NOISE = frozenset(
    """
    model models orm db dbo sql table tbl tab entity record row t app auth base my core system site
    web api internal registered custom
    """.split()  # noqa: SIM905
)
_ACCOUNTS = {
    "account": 60, "member": 50, "customer": 40, "person": 30, "people": 30, "employee": 30,
    "client": 30, "author": 30, "staff": 30, "admin": 30, "administrator": 30, "student": 30,
    "teacher": 30, "agent": 30, "operator": 30, "player": 30, "subscriber": 30, "owner": 30,
}  # fmt: skip


def plain(name: str) -> str:
    """A name in snake_case, without the underscore that makes it private."""
    return _CAMEL.sub("_", name).lower().strip("_")


def is_email(name: str) -> bool:
    """Whether a column has the e-mail that belongs to the account."""
    return _EMAIL.fullmatch(plain(name)) is not None


def login_rank(name: str, *, unique: bool) -> int | None:
    """How well a column serves to sign in with, the least best; None: not at all."""
    word = plain(name)
    if _EMAIL.fullmatch(word):
        return 0
    if word in _LOGIN:
        return 1 + _LOGIN.index(word)
    return 100 + _NAMES.index(word) if unique and word in _NAMES else None


def hash_rank(name: str) -> int | None:
    """How surely a column has the hash of a password, the least best; None: not at all."""
    word = plain(name)
    if _HASH.fullmatch(word):
        return 0
    if _PASSWORD.fullmatch(word):
        return 2 if word in ("hash", "hashed") else 1
    return None


def active_rank(name: str) -> tuple[int, bool] | None:
    """How well a column says whether an account is active, and whether it says the opposite."""
    word = plain(name)
    if word in _ACTIVE:
        return _ACTIVE.index(word), False
    return (100 + _DISABLED.index(word), True) if word in _DISABLED else None


def is_gone(name: str) -> bool:
    """Whether a flag says that an account is there no more."""
    return plain(name) in _GONE


def is_gone_at(name: str) -> bool:
    """Whether a moment says since when an account is closed."""
    return _GONE_AT.fullmatch(plain(name)) is not None


def superuser_rank(name: str) -> int | None:
    """How well a column says that somebody may do everything, the least best."""
    word = plain(name)
    return _SUPERUSER.index(word) if word in _SUPERUSER else None


def is_granted(name: str) -> bool:
    """Whether a flag is for somebody of the app's to give."""
    return _GRANTED.search(plain(name)) is not None


def is_role(name: str) -> bool:
    """Whether a column says what an account may do."""
    return _ROLE.fullmatch(plain(name)) is not None


def is_state(name: str) -> bool:
    """Whether a column says how an account is doing."""
    return _STATE.fullmatch(plain(name)) is not None


def harmless(words: tuple[str, ...], name: str) -> str | None:
    """The word for a new account among those of a role or a state; None where none is known."""
    by_plain = {plain(word): word for word in reversed(words)}
    known = _LEAST if is_role(name) else _FRESH
    return next((by_plain[word] for word in known if word in by_plain), None)


def is_secret(name: str) -> bool:
    """Whether a column is not for eyes, the owner's included."""
    return _SECRET.search(plain(name)) is not None


def is_moment_made(name: str) -> bool:
    """Whether a moment is the one at which something was done, and so nobody's to choose."""
    return _MADE.fullmatch(plain(name)) is not None


def user_score(name: str) -> int:
    """How surely a class or a table of a name has the people who sign in."""
    words = [word for word in plain(name).split("_") if word]
    words = [singularise(word) for word in words]
    kept = [word for word in words if word not in _NOISE]
    if kept == ["user"]:
        return 100
    if kept[-1:] == ["user"] or kept == ["user", "account"]:
        return 80
    return _ACCOUNTS.get(kept[0], 0) if len(kept) == 1 else 0
