from enum import StrEnum


class RfmTier(StrEnum):
    ORDINARY = "ordinary"
    REGULAR = "regular"
    VIP = "vip"

    def __str__(self) -> str:
        return str(self.value)
