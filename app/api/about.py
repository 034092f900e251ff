"""What the specification says of the service as a whole: its description, whom to ask, and the resources in the order
in which they are read."""

from typing import Any, Final

CONTACT: Final[dict[str, Any]] = {"name": "The maintainers of Clientela"}

DESCRIPTION: Final = """\
The customer base behind online shops: customers, events, orders, consents, segments and audiences over one REST API.

**Keys.** `Authorization: Bearer ck_live_…` with a secret key on servers, `pk_live_…` with a publishable one in pages.
A key has scopes; what needs one that it lacks is answered with 403. Without `pii:read` personal values come masked.

**Errors** are problem details (RFC 9457) of one shape everywhere. `type` names the kind and never changes; `errors`
says what is wrong where. What was sent is never repeated. Quote `request_id` when asking for help.

**Once.** Every POST that writes takes an `Idempotency-Key`: the same request sent again within 72 hours has one effect
and gets the same answer. A success means committed.

**Pages.** Lists take `limit` and `cursor`, and give `next_cursor` while there is more.

**Limits.** `RateLimit` and `RateLimit-Policy` tell what is left to a key. 429 and 503 say in `Retry-After` when to come
back.

**Changes.** Within `/v1` nothing that works is taken away. New operations, new optional parameters and fields of
requests, and new fields of answers may come at any time: pass over fields that you do not know.
"""

TAGS: Final = (
    {"name": "customers", "description": "People known to the tenant: create, find, change, erase."},
    {"name": "events", "description": "What happened, append-only, stored once, with orders projected from it."},
    {"name": "consents", "description": "What people decided, with its proof, and whether they may be contacted."},
    {"name": "segments", "description": "RFM on demand: one customer explained, every segment, as of any date."},
    {"name": "audiences", "description": "Customers chosen by a rule: how many, who, why, and who came and went."},
    {"name": "statistics", "description": "Figures over time and by segment, source, channel and campaign; pictures."},
    {"name": "storefront", "description": "One call while a page renders: events in, what the page may know out."},
    {"name": "sources", "description": "Where data comes from."},
    {"name": "shops", "description": "Connected shops, the messages they send, and what became of each."},
    {"name": "privacy-requests", "description": "What data subjects ask for, and until when."},
    {"name": "jobs", "description": "What is asked of connected shops: objects, changes, histories."},
    {"name": "api-keys", "description": "Who may ask, and for what."},
    {"name": "tenants", "description": "The merchant's own settings."},
    {"name": "webhook-endpoints", "description": "Who is told what happens: signed, repeated until it arrives."},
    {"name": "operation", "description": "Health and metrics, without a key."},
)
