"""Webhooks as the service signs them: Standard Webhooks (https://www.standardwebhooks.com), scheme v1."""

import base64
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from clientela.errors import WebhookRefused


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secrets: str | Sequence[str], tolerance: float = 300.0
) -> Any:
    """The message in `body`, once it is known to be signed with one of `secrets` (`whsec_…`; two while one is replaced).

    `body`: the bytes as they came. `tolerance`: seconds between its timestamp and now. Raises WebhookRefused.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not message_id or not (timestamp.isascii() and timestamp.isdecimal()):
        raise WebhookRefused("webhook-id or webhook-timestamp is missing, or cannot be read")
    if not abs(time.time() - int(timestamp)) <= tolerance:
        raise WebhookRefused("the timestamp is too far from now")
    signatures = [one.encode() for one in given.get("webhook-signature", "").split()]
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        if not key:  # anybody can sign with nothing
            raise ValueError("a secret is whsec_ and base64")
        wanted = b"v1," + base64.b64encode(hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256"))
        if any(hmac.compare_digest(wanted, one) for one in signatures):
            return json.loads(body)
    raise WebhookRefused("no signature is by any of the secrets")
