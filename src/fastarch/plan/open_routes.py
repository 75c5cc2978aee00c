"""What stays open when a whole app is protected: what has to work before anybody has signed in."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection

from fastarch.discover.modules import dotted
from fastarch.discover.neighbours import arguments
from fastarch.discover.operations import Operation

_HEALTH = frozenset({
    "health", "healthz", "healthcheck", "livez", "liveness", "readyz", "readiness", "startupz",
    "ping", "heartbeat", "isready", "isalive",
})  # fmt: skip
# These are so only where nothing is asked of a request.
_PLAIN = frozenset({
    "live", "alive", "ready", "startup", "status", "up",
    "docs", "redoc", "openapijson", "swagger", "scalar", "faviconico", "robotstxt",
})  # fmt: skip
_CHECKED = frozenset({
    "db", "database", "redis", "cache", "broker", "celery", "worker", "workers", "check", "app",
    "api", "server", "service", "queue", "storage",
})  # fmt: skip
# What may stand before: /api/v1/utils/health-check.
_AROUND = frozenset(
    {"system", "monitoring", "utils", "probes", "internal", "core", "common", "public"}
)
_VERSION = re.compile(r"v\d+(?:[._]\d+)*")
_PAGE = re.compile(r"FileResponse|HTMLResponse|TemplateResponse")

# Under these, the words of signing in mean just that.
_SIGNING = frozenset({
    "auth", "authentication", "oauth", "oauth2", "sso", "jwt", "password", "passwords", "email",
    "login", "signin", "register", "registration", "signup", "token", "tokens", "identity",
    "wellknown",
})  # fmt: skip
_PEOPLE = _SIGNING | {
    "user", "users", "account", "accounts", "member", "members", "customer", "customers",
    "session", "security",
}  # fmt: skip
# Words of which the last segment is made, at least one of them from the first group:
# login-cookie, forgot_password, verify-email.
_STARTS = frozenset({
    "login", "logout", "signin", "signout", "signup", "register", "registration", "forgot",
    "forgotpassword", "resetpassword", "passwordreset", "jwks", "jwksjson", "openid",
})  # fmt: skip
_DOORS = frozenset({"login", "logout", "signin", "signout"})
_PAIRS = (
    ({"log", "sign"}, {"in", "out", "up"}),
    ({"access", "refresh", "verify", "request"}, {"token", "cookie", "session", "tokens"}),
    ({"reset", "recover", "recovery"}, {"password"}),
    ({"verify", "confirm", "verification", "resend"}, {"email", "mail"}),
    ({"resend"}, {"verification", "confirmation", "code"}),
)
_WITH = frozenset({
    "user", "users", "account", "email", "mail", "password", "token", "tokens", "access", "refresh",
    "cookie", "cookies", "session", "jwt", "oauth", "oauth2", "request", "code", "form", "json",
    "in", "out", "up", "with", "by", "and", "for", "me", "link", "new", "configuration", "admin",
})  # fmt: skip
# These mean it only under what is about nothing else.
_PROVIDERS = frozenset({
    "google", "github", "gitlab", "facebook", "microsoft", "azure", "entra", "apple", "oidc",
    "saml", "okta", "auth0", "keycloak", "cognito", "linkedin", "twitter", "discord", "slack",
    "twitch", "telegram", "yandex", "vk", "kakao", "naver", "line", "wechat",
})  # fmt: skip
_THERE = _PROVIDERS | {
    "refresh", "reset", "verify", "confirm", "activate", "activation", "recover", "callback",
    "authorize", "verification", "resend", "otp", "2fa", "mfa", "magiclink",
}  # fmt: skip
# What ends with a row's id is about something that is there: /registration/{id}.
_ROW = re.compile(r"\{(?:id|pk|\w+_id)(?::\w+)?\}/?$")
# What those have to do who have not signed in yet, by method: they take nothing away, and change
# nothing but a password that is lost, or what a link in a mail shows.
_LINK = re.compile(r"reset|recover|forgot|verif|confirm|activat")
_BEFORE = defaultdict(
    lambda: re.compile("^$"),
    GET=re.compile(""),
    HEAD=re.compile(""),
    POST=re.compile("^(?!jwks|openid)"),
    PUT=_LINK,
    PATCH=_LINK,
    DELETE=re.compile("^(?:log|sign)out$"),
)
_SIGNING_MODULE = re.compile(r"(?:^|[._])(?:auth(?!or)\w*|login|oauth\w*|tokens?)$")
_FORMS = frozenset({"OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"})


def stays_open(operation: Operation, path: str, prefix: str, token_urls: Collection[str]) -> bool:
    """Whether an operation has to answer people who have not signed in.

    Args:
        path: Its whole path.
        prefix: What the paths of all routers have in common: ``/api/v1``.
        token_urls: Where the app's security schemes say that tokens are given out.
    """
    if operation.method == "OPTIONS":
        return True  # a browser's question before the request carries no token
    return _is_plain(operation, path, prefix) or is_sign_in(operation, path, prefix, token_urls)


def is_sign_in(operation: Operation, path: str, prefix: str, token_urls: Collection[str]) -> bool:
    """Whether an operation is a part of signing in: login, register, refresh, a forgotten password.

    Its path or its form says so.
    """
    asks = operation.method in {"GET", "POST"}
    if asks and any(_gives_tokens(path, prefix, url) for url in token_urls):
        return True
    forms = {
        node.id
        for argument, _ in arguments(operation.node)
        for node in ast.walk(argument.annotation or ast.Constant(None))
        if isinstance(node, ast.Name)
    }
    if forms & _FORMS:
        return True
    words = _words(path, prefix)
    if _ROW.search(path):
        return False
    while words and words[-1] == "{}":  # /reset-password/{token}
        words.pop()
    if not words:
        return False
    *before, last = words
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    if not _BEFORE[operation.method].search(last):
        return False
    if last in _DOORS:
        return "{}" not in before  # /students/login
    if last == "token" or _says_so(parts[-1]):
        return all(word in _PEOPLE for word in before)
    if "login" in before and all(word in _PEOPLE | _PROVIDERS for word in (*before, last)):
        return True
    if last not in _THERE:
        return False
    if before and before[0] in _SIGNING:
        return True  # /auth/{provider}/callback
    return not before and bool(_SIGNING_MODULE.search(operation.module.name))


def _gives_tokens(path: str, prefix: str, url: str) -> bool:
    """Whether a path is that of a ``tokenUrl``, which may leave out what stands before it."""
    whole, end = f"/{path.strip('/')}", f"/{url.strip('/')}"
    if end == "/" or not whole.endswith(end):
        return False
    return all(word in _PEOPLE for word in _words(whole.removesuffix(end), prefix))


def _says_so(segment: str) -> bool:
    """Whether the words of a segment are those of signing in, and no others."""
    words = re.findall(r"[a-z]+\d*|\d+", re.sub(r"([a-z])([A-Z])", r"\1_\2", segment).lower())
    known = set(words)
    begins = known & _STARTS or any(known & one and known & two for one, two in _PAIRS)
    pairs = {word for one, two in _PAIRS for word in one | two}
    return bool(begins) and known <= _STARTS | _WITH | _PROVIDERS | pairs


def _is_plain(operation: Operation, path: str, prefix: str) -> bool:
    """Health, documentation, the page of a frontend."""
    if operation.method not in {"GET", "HEAD"}:
        return False
    if re.fullmatch(r"/\{\w+:path\}", path):
        return bool(_PAGE.search(ast.unparse(operation.node)))
    asks = any(True for _ in arguments(operation.node))
    words = _words(path, "")
    own = words[-1:] and words[-1] in _HEALTH and "{}" not in words  # /files/health
    return _begins(_inner(path, prefix), _HEALTH) or (
        not asks and (bool(own) or _begins(_inner(path, ""), _HEALTH | _PLAIN))
    )


def _begins(words: list[str], with_: Collection[str]) -> bool:
    first, *rest = words
    return first in with_ and all(word in _HEALTH | _PLAIN | _CHECKED for word in rest)


def _inner(path: str, prefix: str) -> list[str]:
    """The words of a path without those under which health checks often lie; never none."""
    words = _words(path, prefix)
    while words and words[0] in _AROUND:
        words.pop(0)
    return words or [""]


def _words(path: str, prefix: str) -> list[str]:
    """The segments of a path without what others begin with, too; ``{}`` for a parameter."""
    parts = [part for part in path.split("/") if part]
    common = [part for part in prefix.split("/") if part]
    if parts[: len(common)] == common:
        parts = parts[len(common) :]
    words = [
        "{}" if part.startswith("{") else re.sub(r"[^a-z0-9]", "", part.lower()) for part in parts
    ]
    while words and (words[0] in {"api", "rest"} or _VERSION.fullmatch(words[0])):
        words.pop(0)
    while len(words) > 1 and words[0] == "{}" != words[1]:  # /{tenant}/auth/login
        words.pop(0)
    return words


def token_urls(texts: Collection[ast.Module]) -> tuple[str, ...]:
    """What security schemes give as ``tokenUrl``, as far as it is written out."""
    found = []
    for tree in texts:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and "OAuth2" in dotted(node.func):
                for word in node.keywords:
                    if word.arg in {"tokenUrl", "refreshUrl", "authorizationUrl"}:
                        found += _text(word.value)
    return tuple(dict.fromkeys(found))


def _text(node: ast.expr) -> list[str]:
    """The text of a string; of an f-string, what follows its last value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
        return [str(node.values[-1].value)]
    return []
