from enum import StrEnum


class IndicationMethod(StrEnum):
    AGENT = "agent"
    API = "api"
    BUTTON = "button"
    CHECKBOX = "checkbox"
    DOUBLE_OPT_IN = "double_opt_in"
    GPC = "gpc"
    IMPORT = "import"
    ONE_CLICK_UNSUBSCRIBE = "one_click_unsubscribe"
    SHOP_WEBHOOK = "shop_webhook"

    def __str__(self) -> str:
        return str(self.value)
