"""The demo's reader of order files: what a line becomes, and what is said of a line that is wrong."""

import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo import orders
from app.demo.orders import BadOrdersFile, Purchase, read, to_event

HEADER = "customer_id,date,quantity,amount"


def purchases(*lines: str) -> list[Purchase]:
    return list(read([HEADER, *lines]))


def event(line: str) -> dict:
    return to_event(purchases(line)[0], currency="USD", timezone="America/New_York")


def test_a_line_becomes_a_paid_order_at_noon_of_the_shop():
    found = event("0001,1997-07-18,2,29.74")
    assert found == {
        "type": "order.paid",
        "message_id": "demo-order-0001-19970718-1",
        "customer": {"external_id": {"source": "demo", "id": "0001"}},
        "occurred_at": "1997-07-18T12:00:00-04:00",
        "properties": {
            "order_id": "0001-19970718-1",
            "currency": "USD",
            "total": "29.74",
            "items": [{"sku": "cd", "quantity": 2, "unit_price": "14.87"}],
        },
    }


def test_two_purchases_of_a_day_are_two_orders():
    found = purchases("7,1997-01-01,1,10.00", "8,1997-01-01,1,10.00", "7,1997-01-01,1,10.00", "7,1997-01-02,1,10.00")
    assert [one.order_id for one in found] == ["7-19970101-1", "8-19970101-1", "7-19970101-2", "7-19970102-1"]


def test_reading_twice_gives_the_same_ids():
    lines = ("7,1997-01-01,1,10.00", "7,1997-01-01,3,10.00")
    assert purchases(*lines) == purchases(*lines)


def test_an_amount_that_does_not_divide_carries_the_quantity_alone():
    assert event("1,1997-01-01,3,10.00")["properties"] == {
        "order_id": "1-19970101-1",
        "currency": "USD",
        "total": "10.00",
        "quantity": 3,
    }


def test_a_free_order_and_one_without_pieces_are_orders():
    assert event("1,1997-01-01,2,0.00")["properties"]["items"][0]["unit_price"] == "0.00"
    assert event("1,1997-01-01,0,5")["properties"]["total"] == "5.00"


@given(quantity=st.integers(0, 999), cents=st.integers(0, 10**9))
def test_items_multiply_out_or_are_absent(quantity: int, cents: int):
    amount = Decimal(cents) / 100
    properties = event(f"1,1997-01-01,{quantity},{amount}")["properties"]
    assert Decimal(properties["total"]) == amount
    for item in properties.get("items", []):
        assert item["quantity"] * Decimal(item["unit_price"]) == amount


def test_columns_may_stand_in_any_order_beside_others_and_empty_lines_are_skipped():
    found = list(read(["Amount,note,DATE,quantity,customer_id", "9.99,x,1997-01-01,1,a", "", "1.00,y,1997-01-02,1,b"]))
    assert [(one.customer_id, one.amount) for one in found] == [("a", Decimal("9.99")), ("b", Decimal("1.00"))]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("1,1997-01-01,1", "columns"),
        (",1997-01-01,1,1.00", "customer_id"),
        ("1\x00,1997-01-01,1,1.00", "customer_id"),
        (f"{'9' * 101},1997-01-01,1,1.00", "customer_id"),
        ("1,1997-02-30,1,1.00", "date"),
        ("1,01/02/1997,1,1.00", "date"),
        ("1,19970101,1,1.00", "date"),
        ("1,1997-01-01,1.5,1.00", "quantity"),
        ("1,1997-01-01,-1,1.00", "quantity"),
        ("1,1997-01-01,²,1.00", "quantity"),
        ("1,1997-01-01,1,-1.00", "amount"),
        ("1,1997-01-01,1,NaN", "amount"),
        ("1,1997-01-01,1,1e3", "amount"),
        ('1,1997-01-01,1,"1,00"', "amount"),
        ("1,1997-01-01,1,1.005", "amount"),
        ("1,1997-01-01,1,", "amount"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_column(line: str, word: str):
    with pytest.raises(BadOrdersFile, match=rf"^line 3: .*{word}"):
        purchases("1,1997-01-01,1,1.00", line)


def test_a_missing_column_or_an_empty_file_is_said_of_line_1():
    with pytest.raises(BadOrdersFile, match=r"^line 1: the header lacks quantity, amount;"):
        list(read(["customer_id,date"]))
    with pytest.raises(BadOrdersFile, match=r"^line 1:"):
        list(read([]))


def test_the_message_never_contains_the_value():
    with pytest.raises(BadOrdersFile) as caught:
        purchases("maria@example.com,yesterday,1,1.00")
    assert "maria" not in str(caught.value)
    assert "yesterday" not in str(caught.value)


def test_a_file_that_is_absent_or_not_text_is_said_so(tmp_path: Path):
    with pytest.raises(BadOrdersFile, match=r"none\.csv: No such file"):
        list(orders.read_file(tmp_path / "none.csv"))
    (tmp_path / "image.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadOrdersFile, match=r"image\.csv is not UTF-8 text"):
        list(orders.read_file(tmp_path / "image.csv"))


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path):
    (tmp_path / "orders.csv").write_text(f"{HEADER}\n1,1997-01-01,1,1.00\n", encoding="utf-8-sig")
    assert len(list(orders.read_file(tmp_path / "orders.csv"))) == 1


def test_the_purchases_of_the_literature_are_read_to_the_cent():
    folder = os.environ.get("CLIENTELA_SHARED_DIR")
    shared = Path(folder) if folder else Path(__file__).resolve().parents[2] / "../shared"
    path = shared / "data" / "cdnow_sample.csv"
    if not path.exists():
        pytest.skip("the sample of purchases is not beside the project")
    found = list(orders.read_file(path))
    expected: dict[str, int] = defaultdict(int)
    for line in path.read_text().splitlines()[1:]:
        customer, _, _, amount = line.split(",")
        whole, _, cents = amount.partition(".")
        expected[customer] += int(whole) * 100 + int(f"{cents:0<2}")
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        totals[one.customer_id] += one.amount
    assert {customer: int(total * 100) for customer, total in totals.items()} == expected
    assert len(totals) == 2357
    assert len({one.order_id for one in found}) == len(found)
