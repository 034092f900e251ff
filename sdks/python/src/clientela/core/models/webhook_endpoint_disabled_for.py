from enum import StrEnum


class WebhookEndpointDisabledFor(StrEnum):
    BY_OWNER = "by_owner"
    FAILING = "failing"
    GONE = "gone"

    def __str__(self) -> str:
        return str(self.value)
