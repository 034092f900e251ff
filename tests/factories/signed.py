"""Requests as shops send them: signed, and in every wrong way that must be refused."""

import base64
from datetime import datetime

from app.domain import signatures
from app.shops.base import Delivery


def standard(key: bytes, body: bytes, *, at: datetime, message_id: str = "msg_1", topic: str | None = None) -> Delivery:
    """A delivery that is signed as Standard Webhooks has it."""
    seconds = int(at.timestamp())
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signatures.sign(key, message_id=message_id, timestamp=seconds, body=body),
    }
    return Delivery(headers, body, topic)


def forgeries(sound: Delivery) -> dict[str, Delivery]:
    """What somebody may try who has seen one sound delivery."""
    headers, body = dict(sound.headers), sound.body
    signature, seconds = headers["webhook-signature"], int(headers["webhook-timestamp"])

    def changed(**given: str) -> Delivery:
        return Delivery({**headers, **{name.replace("_", "-"): value for name, value in given.items()}}, body)

    turned = base64.b64encode(bytes(one ^ 1 for one in base64.b64decode(signature[3:]))).decode()
    return {
        "no headers": Delivery({}, body),
        "another body": Delivery(headers, body + b" "),
        "an empty body": Delivery(headers, b""),
        "serialised again": Delivery(headers, body.replace(b'": ', b'":').replace(b'":', b'" : ')),
        "another id": changed(webhook_id="msg_2"),
        "an empty id": changed(webhook_id=""),
        "another time": changed(webhook_timestamp=str(seconds + 1)),
        "an old time": changed(webhook_timestamp=str(seconds - 301)),
        "a time that is none": changed(webhook_timestamp="soon"),
        "digits of another script": changed(webhook_timestamp="١٢٣"),
        "truncated": changed(webhook_signature=signature[:-4]),
        "lower case": changed(webhook_signature=signature.lower()),
        "upper case": changed(webhook_signature="V1" + signature[2:]),
        "turned bits": changed(webhook_signature="v1," + turned),
        "no version": changed(webhook_signature=signature[3:]),
        "another version": changed(webhook_signature="v1a," + signature[3:]),
        "nothing after the comma": changed(webhook_signature="v1,"),
        "no base64": changed(webhook_signature="v1,\u00e9\u00e9"),
        "commas": changed(webhook_signature="v1,a,b v1 , v1"),
    }
