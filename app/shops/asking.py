"""What the API of several platforms is asked alike: where it begins, who asks, and what a page of a list says."""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from app.errors import Invalid
from app.shops.base import Record, Setting, Shop
from app.shops.values import moment

API_URL_PATTERN: Final = r"https?://[A-Za-z0-9.:\[\]_/-]{1,250}[A-Za-z0-9\]]/?"
"""What an option may say of where an API begins: no user, no query, nothing that a path could escape into."""

API_URL: Final = Setting("api_url", "Another base of the API, for a proxy or a test shop.", pattern=API_URL_PATTERN)

_NEXT: Final = re.compile(r'<([^<>]{1,4000})>\s*;\s*rel="?next"?')


def api_url(shop: Shop, default: str = "") -> str:
    """The base of the platform's API, without a slash at its end; `default` where its owner has not set another."""
    return str(shop.options.get("api_url") or default).rstrip("/")


def basic(user: str, password: str) -> str:
    """The header `Authorization` of HTTP's Basic authentication."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def bearer(shop: Shop) -> str:
    """The header `Authorization` of an access token."""
    return f"Bearer {shop.credentials.get('access_token', '')}"


def next_link(headers: Mapping[str, str]) -> str | None:
    """Where the header `Link` says that the next page is. Never to be asked as it stands: it may name any host."""
    match = _NEXT.search(headers.get("link", ""))
    return match[1] if match is not None else None


def next_moment(found: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Where the next page of a list by time begins, `name` being the time of an object; None where none is told. A page
    of one moment is stepped over, so that the list comes to its end."""
    times = [at for one in found if (at := moment(one.get(name))) is not None]
    if not times:
        return None
    step = timedelta(milliseconds=1) if times[0] == times[-1] else timedelta(0)
    return (times[-1] + step).isoformat()


def each(
    found: Sequence[Mapping[str, Any]], read: Callable[[Mapping[str, Any], Shop], Sequence[Record]], shop: Shop
) -> list[Record]:
    """The records of a page of a list. An object that cannot be read is passed over: it must not hold up the others."""
    records: list[Record] = []
    for one in found:
        try:
            records += read(one, shop)
        except Invalid:
            continue
    return records
