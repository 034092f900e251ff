from typing import Literal, cast

WebhookEndpointState = Literal["active", "disabled"]


def check_webhook_endpoint_state(value: str) -> WebhookEndpointState:
    return cast(WebhookEndpointState, value)
