"""Any shop whose developer sends us webhooks: signed as Standard Webhooks has it, in the shapes of our own API."""

from typing import Final

from app.shops import messages
from app.shops.base import Platform

PLATFORM: Final = Platform(
    name="generic", title="Any shop", verify=messages.verify, label=messages.label, read=messages.read
)
