from typing import Literal, cast

WebhookEndpointDisabledFor = Literal["by_owner", "failing", "gone"]


def check_webhook_endpoint_disabled_for(value: str) -> WebhookEndpointDisabledFor:
    return cast(WebhookEndpointDisabledFor, value)
