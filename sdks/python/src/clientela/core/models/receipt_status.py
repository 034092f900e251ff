from typing import Literal, cast

ReceiptStatus = Literal["duplicate", "stored"]


def check_receipt_status(value: str) -> ReceiptStatus:
    return cast(ReceiptStatus, value)
