from enum import StrEnum


class OrderStatus(StrEnum):
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"
    FULFILLED = "fulfilled"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    PLACED = "placed"
    REFUNDED = "refunded"

    def __str__(self) -> str:
        return str(self.value)
