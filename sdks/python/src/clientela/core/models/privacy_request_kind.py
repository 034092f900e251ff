from enum import StrEnum


class PrivacyRequestKind(StrEnum):
    ACCESS = "access"
    ERASURE = "erasure"
    SHOP_ERASURE = "shop_erasure"

    def __str__(self) -> str:
        return str(self.value)
