"""Each defence of the code for sign-in is seen by its own tests when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.auth.apps import app_with, outcome

pytestmark = pytest.mark.e2e

REPOSITORY, SERVICE, SECURITY = "repositories/auth", "services/auth", "core/security"
CURRENT, THROTTLE, SCHEMA, ROUTER = (
    "api/current_user",
    "core/throttle",
    "schemas/auth",
    "api/routes/auth",
)
ROUTE = "api/auth_route"
GOOD = "RefreshToken.used_at.is_(None),\n                RefreshToken.revoked_at.is_(None),\n                RefreshToken.expires_at > now,\n"

# Where, what is there, what takes its place, and the test that must fail.
DEFENCES = {
    "one algorithm": (SECURITY, "algorithms=[KEYS.algorithm]", 'algorithms=["HS256", "HS512"]', "forged"),
    "signature": (SECURITY, '"strict_aud": True', '"strict_aud": True, "verify_signature": False', "forged"),
    "issuer": (SECURITY, "issuer=settings.auth_issuer,\n            ", "", "forged"),
    "audience": (SECURITY, '"strict_aud": True', '"verify_aud": False', "forged"),
    "expiry": (SECURITY, '"strict_aud": True', '"strict_aud": True, "verify_exp": False', "forged"),
    "not before": (SECURITY, '"strict_aud": True', '"strict_aud": True, "verify_nbf": False', "forged"),
    "claims": (SECURITY, '"require": [', '"require": [] and [', "forged"),
    "kind of token": (SECURITY, 'claims["typ"] != ACCESS', "False", "forged"),
    "id of the key": (SECURITY, 'KEYS.verifying[jwt.get_unverified_header(token).get("kid", KEYS.key_id)]', "next(iter(KEYS.verifying.values()))", "rotated"),
    "kind of key": (SECURITY, "if not all(", "if False and not all(", "do_not_fit"),
    "shared secret": (SECURITY, 'if KEYS.algorithm == "HS256":\n        return []', "if False:\n        return []", "shared_secret"),
    "dummy hash": (SECURITY, "if hasher is not own:", "if False:", "nobody_learns"),
    "thread": (SECURITY, "await to_thread.run_sync(_check_password, password, stored)", "_check_password(password, stored)", "event_loop"),
    "another thread": (SECURITY, "await to_thread.run_sync(PASSWORDS.hash, password)", "PASSWORDS.hash(password)", "event_loop"),
    "few hashes at once": (SECURITY, "    async with slots:\n        yield", "    yield", "few_passwords"),
    "stored hash": (SECURITY, "return hashlib.sha256(token.encode()).hexdigest()", "return token[:64]", "not_stored"),
    "used once": (REPOSITORY, GOOD, GOOD.partition("\n")[2].strip(" "), "used_again"),
    "one of two": (REPOSITORY, "return bool(result.rowcount == 1)", "return True", "two_refreshes"),
    "session of the user": (REPOSITORY, "RefreshToken.user_id == User.id,\n", "\n", "its_user_alone"),
    "session": (REPOSITORY, 'RefreshToken.family == bindparam("family"),', "", "sign_out"),
    "revoked session": (REPOSITORY, 'RefreshToken.revoked_at.is_(None),\n        RefreshToken.expires_at > bindparam', "RefreshToken.expires_at > bindparam", "sign_out"),
    "expired session": (REPOSITORY, 'RefreshToken.expires_at > bindparam("now"),', "", "sessions_expire"),
    "active user": (REPOSITORY, "User.is_active.is_(True),", "", "disabled"),
    "changed password": (REPOSITORY, ", User.password_hash == password_hash", "", "meanwhile"),
    "reuse": (SERVICE, "await self.auth.revoke_family(family, now)", "pass", "used_again"),
    "other sessions": (SERVICE, "await self.auth.revoke_sessions(user_id, datetime.now(UTC), but=family)", "pass", "new_password_ends"),
    "sessions of the disabled": (SERVICE, "        await self.auth.revoke_sessions(user_id, datetime.now(UTC))\n", "", "commands"),
    "own session": (SERVICE, ", but=family", "", "new_password_ends"),
    "sign-out": (SERVICE, "await self.auth.revoke_family(family, datetime.now(UTC))", "pass", "sign_out"),
    "active user signs in": (SERVICE, "or not user.is_active", "", "disabled"),
    "active user refreshes": (SERVICE, "if not is_active:", "if False:", "disabled"),
    "user held": (SERVICE, "or not await self.auth.lock_user(user.id, stored)", "", "meanwhile"),
    "long password": (SERVICE, "is_text(password, 128)", "True", "long_passwords"),
    "name that is none": (SERVICE, "is_text(login, 254) and ", "", "not_looked_for"),
    "one account": (SERVICE, "sign_in_attempt(login.lower(), address)", "sign_in_attempt(login, address)", "of_an_account"),
    "no superuser": (SERVICE, '"is_superuser": False', '"is_superuser": True', "superuser"),
    "race": (SERVICE, "except IntegrityError:", "except KeyError:", "two_registrations"),
    "quiet log": (SERVICE, 'logger.info("sign_in user_id=%s address=%s", user_id, address)', 'logger.info("sign_in user_id=%s %s", user_id, password)', "repeats"),
    "unknown fields": (SCHEMA, 'model_config = ConfigDict(extra="forbid")', "", "no_client_sets"),
    "length of what is kept": (SCHEMA, "BeforeValidator(in_small_letters),\n", "StringConstraints(to_lower=True),\n", "refused"),
    "shortest": (SCHEMA, "min_length=8, ", "", "refused"),
    "longest": (SCHEMA, "min_length=8, max_length=128", "min_length=8", "refused"),
    "text": (SCHEMA, 'raise ValueError("must be text")', "pass", "refused"),
    "echo": (ROUTE, 'for key in ("type", "loc", "msg")', 'for key in ("type", "loc", "msg", "input")', "repeats"),
    "context": (ROUTE, "            raise RequestValidationError(errors)", "                raise RequestValidationError(errors)", "exception_holds"),
    "long body": (ROUTE, "if received > MAX_BODY", "if False", "long_bodies"),
    "address": (ROUTE, 'return f"forwarded {address}" if is_said and not BEHIND_PROXY else address', 'return request.headers.get("x-forwarded-for", address)', "address_cannot"),
    "address from a header": (ROUTE, 'return f"forwarded {address}" if is_said and not BEHIND_PROXY else address', "return address", "address_that"),
    "retry": (ROUTE, '"Retry-After": str(error.retry_after)', '"X-Retry": ""', "of_an_account"),
    "challenge": (ROUTE, '"WWW-Authenticate": "Bearer"', '"X-No": "Bearer"', "every_401"),
    "no store": (ROUTER, 'response.headers["Cache-Control"] = "no-store"', "pass", "test_sign_in"),
    "slot": (ROUTER, "dependencies=[Hashing],", "", "their_turn"),
    "challenge of a guard": (CURRENT, 'headers = {"WWW-Authenticate": challenge}\n    return', "headers = dict[str, str]()\n    return", "every_401"),
    "role": (CURRENT, "if not principal.has_role(role)", "if False", "roles_and_scopes"),
    "scope": (CURRENT, "if not principal.may(scope)", "if False", "roles_and_scopes"),
    "limited token": (CURRENT, "return not is_limited and ", "return ", "limited_to_scopes"),
    "one statement": (CURRENT, "principal: PrincipalDep, _", "principal: Annotated[Principal, Security(get_principal, scopes=[scope])], _", "one_statement"),
    "documented scope": (CURRENT, "Security(oauth2_scheme, scopes=[scope])", "Depends(oauth2_scheme)", "documented"),
    "failures before": (THROTTLE, "if not await LIMITER.test(limit, key):", "if False:", "of_an_account"),
    "failures at once": (THROTTLE, "if not await LIMITER.hit(limit, key)", "if False", "at_once_are_counted"),
    "failures of an account": (THROTTLE, "(FAILURES_PER_ACCOUNT, account), ", "*(), ", "of_an_account"),
    "address beside a header": (ROUTE, 'return f"forwarded {address}"', 'return "forwarded"', "own_address"),
    "failures of an address": (THROTTLE, "*from_address(FAILURES_PER_ADDRESS, address)", "", "address_cannot"),
    "names tried out": (THROTTLE, "from_address(CLASHES_PER_ADDRESS, address)", "()", "tried_out"),
    "one customer": (THROTTLE, "IPv6Network((int(parsed), 64), strict=False)", "parsed", "one_customer"),
}  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An app that people can sign in to."""
    with pytest.MonkeyPatch.context() as patch:
        yield app_with(patch, tmp_path_factory.mktemp("defences"), "library", ["jwt"])


@pytest.mark.parametrize("defence", DEFENCES)
def test_without(defence: str, root: Path) -> None:
    module, there, instead, test = DEFENCES[defence]
    path = root / "app" / f"{module}.py"
    before = path.read_text()
    assert there in before
    path.write_text(before.replace(there, instead))
    try:
        said = outcome(root, "test_auth.py", "-k", test)
    finally:
        path.write_text(before)
    assert said.returncode == 1, said.stdout
