from typing import Literal, cast

IndicationMethod = Literal[
    "agent", "api", "button", "checkbox", "double_opt_in", "gpc", "import", "one_click_unsubscribe", "shop_webhook"
]


def check_indication_method(value: str) -> IndicationMethod:
    return cast(IndicationMethod, value)
