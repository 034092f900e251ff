"""Shopify's own library, unchanged, takes and refuses the same webhooks as our adapter."""

import base64
import hashlib
import hmac
import json
import random
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime

from app.shops.base import Delivery
from app.shops.shopify import PLATFORM
from tests.clients import libraries

NOW = datetime(2026, 11, 25, tzinfo=UTC)
SECRET = "shpss_8f1c0d"
TOLD = ("Topic", "Shop-Domain", "API-Version", "Webhook-Id", "Event-Id")
FAMILIES = ("X-Shopify-", "shopify-")
Request = tuple[Mapping[str, str], str]


def signature(body: str, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()


def request(body: str, given: str, *, family: str) -> Request:
    """With every header that the library wants to see, which nobody signs."""
    return {f"{family}{name}": "orders/create" for name in TOLD} | {f"{family}Hmac-Sha256": given}, body


def requests() -> list[Request]:
    """Good ones, forged ones, and good ones in which one thing was changed."""
    chance = random.Random(7)
    bodies = ['{"id":820982911946154508}', '{"name":"São Paulo","path":"a\\/b"}', " ", "{}\n", "[" * 2000, "\u2028😀"]
    found: list[Request] = []
    for family in FAMILIES:
        for body in bodies:
            good = signature(body)
            others = [signature(body, one) for one in ("another", SECRET.upper(), "x")]
            forged = ["0", good[:-1], good[:20], good + "=", good.swapcase(), good.rstrip("="), *others]
            forged += [base64.b64decode(good).hex(), "sha256=" + good, signature(body + " "), signature("")]
            found += [request(body, given, family=family) for given in (good, *forged)]
            found += [request(changed, good, family=family) for changed in (body + " ", body[1:] + "x", "")]
            for _ in range(10):
                place = chance.randrange(len(good))
                touched = good[:place] + chance.choice("ABCabc019+/=") + good[place + 1 :]
                found.append(request(body, touched, family=family))
        found.append(request("", signature(""), family=family))
        found.append(({"Content-Type": "application/json"}, "{}"))
    # Where both families are there, the newer one decides.
    old, new = (request("{}", signature("{}"), family=family) for family in FAMILIES)
    forged_new = request("{}", "forged", family="shopify-")
    return [*found, ({**old[0], **new[0]}, "{}"), ({**old[0], **forged_new[0]}, "{}")]


def ours(given: Request) -> bool:
    headers, body = given
    delivery = Delivery({name.lower(): value for name, value in headers.items()}, body.encode())
    return PLATFORM.verify(delivery, ["the-one-before", SECRET], NOW)


def test_the_same_webhooks_are_taken_and_refused_as_by_shopifys_own_library() -> None:
    """T24"""
    libraries.require_node("@shopify/shopify-api")
    sent = requests()
    lines = json.dumps([{"headers": headers, "body": body} for headers, body in sent])
    told = subprocess.run(
        ["node", str(libraries.NODE / "shopify.js"), SECRET],
        input=lines + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs = [verdict["valid"] for verdict in json.loads(told.stdout)]
    assert len(theirs) == len(sent)
    assert [ours(one) for one in sent] == theirs
    assert 12 < sum(theirs) < len(sent) / 4
