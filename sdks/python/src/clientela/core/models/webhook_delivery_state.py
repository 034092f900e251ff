from typing import Literal, cast

WebhookDeliveryState = Literal["dead", "delivered", "waiting"]


def check_webhook_delivery_state(value: str) -> WebhookDeliveryState:
    return cast(WebhookDeliveryState, value)
