"""Reads purchases from a CSV file and turns each line into an order event; knows nothing of HTTP."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Invalid

COLUMNS = ("customer_id", "date", "quantity", "amount")
SOURCE = "demo"
CENT = Decimal("0.01")
NOON = time(12)
MAX_CUSTOMER_ID = 100
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


class BadOrdersFile(Invalid):
    slug, title = "bad-orders-file", "The file of orders cannot be read"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line: `number` tells purchases of one customer on one day apart, counted from 1 in the file's order."""

    customer_id: str
    day: date
    number: int
    quantity: int
    amount: Decimal

    @property
    def order_id(self) -> str:
        """The same for the same content, so that a file sent twice stores nothing twice."""
        return f"{self.customer_id}-{self.day:%Y%m%d}-{self.number}"


def read_file(path: Path) -> Iterator[Purchase]:
    """Stream the purchases of a UTF-8 file with the columns of `COLUMNS`; others are ignored.

    Raises BadOrdersFile, which names the line (the header is line 1) and the column, never the value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from read(lines)
    except OSError as error:
        raise BadOrdersFile(f"{path.name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadOrdersFile(f"{path.name} is not UTF-8 text") from None


def read(lines: Iterable[str]) -> Iterator[Purchase]:
    """Purchases of CSV lines; memory grows with the number of (customer, day) pairs, not with the columns."""
    rows = csv.reader(lines, strict=True)
    seen: Counter[tuple[str, int]] = Counter()
    try:
        places = header_places(next(rows, []))
        for row in rows:
            if not row:
                continue
            customer_id, day, quantity, amount = parse(row, places, line=rows.line_num)
            key = (customer_id, day.toordinal())
            seen[key] += 1
            yield Purchase(customer_id, day, seen[key], quantity, amount)
    except csv.Error:
        raise BadOrdersFile(f"line {rows.line_num}: not valid CSV") from None


def header_places(header: list[str]) -> tuple[int, ...]:
    """Where each needed column stands."""
    names = [name.strip().lower() for name in header]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise BadOrdersFile(f"line 1: the header lacks {', '.join(missing)}; needed are {', '.join(COLUMNS)}")
    return tuple(names.index(column) for column in COLUMNS)


def parse(row: list[str], places: tuple[int, ...], *, line: int) -> tuple[str, date, int, Decimal]:
    """The four values of one line."""
    if len(row) <= max(places):
        raise BadOrdersFile(f"line {line}: {len(row)} columns, at least {max(places) + 1} needed")
    customer_id, day, quantity, amount = (row[place].strip() for place in places)
    if not customer_id or len(customer_id) > MAX_CUSTOMER_ID or not customer_id.isprintable():
        raise BadOrdersFile(f"line {line}: customer_id must be 1 to {MAX_CUSTOMER_ID} printable characters")
    if not WHOLE_NUMBER.fullmatch(quantity):
        raise BadOrdersFile(f"line {line}: quantity must be a whole number of 0 or more")
    return customer_id, parse_day(day, line=line), int(quantity), parse_amount(amount, line=line)


def parse_day(text: str, *, line: int) -> date:
    """A date written YYYY-MM-DD."""
    try:
        if ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadOrdersFile(f"line {line}: date must be a date written YYYY-MM-DD")


def parse_amount(text: str, *, line: int) -> Decimal:
    """An amount with up to two decimals, 0 allowed: the literature's files contain free orders."""
    try:
        if AMOUNT.fullmatch(text):
            return Decimal(text).quantize(CENT)
    except InvalidOperation:
        pass
    raise BadOrdersFile(f"line {line}: amount must be a number of 0 or more with up to two decimals, like 29.33")


def to_event(purchase: Purchase, *, currency: str, timezone: str) -> dict[str, Any]:
    """The `order.paid` event of a purchase, at noon of its day in the shop's time zone.

    Items are given only where a price per piece in whole cents gives the amount exactly; else the quantity alone,
    because an invented price would make the lines disagree with the total.
    """
    properties: dict[str, Any] = {
        "order_id": purchase.order_id,
        "currency": currency,
        "total": str(purchase.amount),
    }
    price = unit_price(purchase)
    if price is None:
        properties["quantity"] = purchase.quantity
    else:
        properties["items"] = [{"sku": "cd", "quantity": purchase.quantity, "unit_price": str(price)}]
    return {
        "type": "order.paid",
        "message_id": f"{SOURCE}-order-{purchase.order_id}",
        "customer": {"external_id": {"source": SOURCE, "id": purchase.customer_id}},
        "occurred_at": datetime.combine(purchase.day, NOON, ZoneInfo(timezone)).isoformat(),
        "properties": properties,
    }


def unit_price(purchase: Purchase) -> Decimal | None:
    """The price of one piece, if the amount divides into whole cents."""
    if purchase.quantity < 1:
        return None
    price = (purchase.amount / purchase.quantity).quantize(CENT)
    return price if price * purchase.quantity == purchase.amount else None
