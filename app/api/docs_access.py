"""Who may read the documentation of a service in production: whoever has a key that may administer a tenant."""

import binascii
from base64 import b64decode
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.domain.api_keys import KeyKind, Scope
from app.errors import NotAllowed, Unauthenticated

# One realm, so that a browser asks once for the pages and for the specification that they load.
_ASK = {"WWW-Authenticate": 'Basic realm="Clientela documentation", charset="UTF-8"'}


async def admins_only(request: Request) -> None:
    """The key is the password of HTTP Basic (the user's name does not matter), which browsers ask for, or a Bearer
    token. 401 asks for one; NotAllowed for a key without the scope `admin`."""
    token = _token(request.headers.get("authorization", ""))
    try:
        caller = await request.app.state.parts.authenticator.caller(token, now=datetime.now(UTC))
    except Unauthenticated:
        raise HTTPException(401, headers=_ASK) from None
    if caller.kind is not KeyKind.SECRET or Scope.ADMIN not in caller.scopes:
        raise NotAllowed("This needs the scope admin.")


def _token(header: str) -> str:
    scheme, _, given = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return given
        case "basic":
            try:
                return b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""
