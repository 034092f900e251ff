"""The demo against a service that is only a function: waiting when told, counting, stopping at a bad file, drawing."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from app.demo import run as demo
from app.demo import send
from app.demo.orders import BadOrdersFile

SUMMARY = {
    "as_of": "1998-06-30T23:59:59-04:00",
    "method": "quantile",
    "map": {"id": "rfm125", "version": 1},
    "population": 3,
    "prospects": 0,
    "segments": [
        {"segment": "loyal", "customers": 1, "net": {"amount": "10.00", "currency": "USD"}, "revenue_share": 0.25},
        {"segment": "lost", "customers": 2, "net": {"amount": "1230.00", "currency": "USD"}, "revenue_share": "0.75"},
    ],
    "matrix": [{"r": 5, "f": 4, "customers": 1, "net": {}}, {"r": 1, "f": 1, "customers": 2, "net": {}}],
}
EXPLAINED = {
    "customer_id": "cus_1",
    "r": {"days": 12, "score": 5},
    "f": {"orders": 4, "score": 4},
    "m": {"net": {"amount": "512.30", "currency": "USD"}, "score": 4},
    "code": "544",
    "segment": "champions",
    "as_of": "1998-06-30",
    "population": 3,
    "thresholds": {"r_days": [1, 2, 3, 4], "f_orders": [2, 3, 4], "m_net": ["1", "2", "3", "4"]},
    "next": [{"text": "one more order within 12 days → champions"}],
}


class Fake:
    """Remembers message ids as the service does, and asks to wait at first."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.busy = 2
        self.queries: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if self.busy:
            self.busy -= 1
            return httpx.Response(503 if self.busy else 429, headers={"Retry-After": "0"})
        if path.endswith("/events/batch"):
            ids = [event["message_id"] for event in json.loads(request.content)["events"]]
            fresh = set(ids) - self.seen
            self.seen |= fresh
            return httpx.Response(200, json={"stored": len(fresh), "duplicates": len(ids) - len(fresh), "rejected": []})
        if path.endswith("/customers/search"):
            return httpx.Response(200, json={"data": [{"id": "cus_1"}], "has_more": False, "next_cursor": None})
        if path.endswith("/customers/batch"):
            return httpx.Response(422, json={"title": "The request is not valid", "errors": [{"pointer": "/a"}]})
        if request.method == "GET":
            self.queries.append(str(request.url.query))
            return httpx.Response(200, json=EXPLAINED if "/customers/" in path else SUMMARY)
        return httpx.Response(201, json={"id": "x_1"})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    service = Fake()

    def open_client(base_url: str, key: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=base_url, transport=httpx.MockTransport(service))

    monkeypatch.setattr(send, "open_client", open_client)
    return service


@pytest.fixture
def orders_file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    lines = [f"{n % 300},1997-01-{1 + n % 28:02d},2,{n}.00" for n in range(1200)]
    path.write_text("\n".join(["customer_id,date,quantity,amount", *lines]))
    return path


@pytest.fixture
def play(fake: Fake) -> Callable:
    async def go(path: Path | None, **settings) -> tuple[demo.DemoResult, str]:
        console = Console(file=io.StringIO(), width=100, no_color=True)
        found = await demo.run(
            "http://service", "ck_live_x", orders_file=path, console=console, today=date(2026, 11, 22), **settings
        )
        return found, console.file.getvalue()

    return go


async def test_a_file_sent_twice_stores_everything_once(play: Callable, orders_file: Path):
    first, _ = await play(orders_file)
    again, _ = await play(orders_file)
    assert [(one.stored, one.duplicates) for one in first.tallies] == [(1200, 0)]
    assert [(one.stored, one.duplicates) for one in again.tallies] == [(0, 1200)]


async def test_an_old_file_is_shown_as_of_its_last_day_and_the_screen_says_so(
    play: Callable, fake: Fake, orders_file: Path
):
    found, screen = await play(orders_file, timezone="America/New_York", currency="USD")
    assert found.as_of == date(1997, 1, 28)
    assert "as of that day" in screen
    assert all("as_of=1997-01-28T23%3A59%3A59-05%3A00" in query for query in fake.queries)


async def test_the_screen_shows_matrix_segments_explanation_and_the_next_line(play: Callable, orders_file: Path):
    _, screen = await play(orders_file)
    for words in ("R5", "F5", "████    2", "1,230.00 USD", "75.0 %", "champions", "within 12 days", "curl -s"):
        assert words in screen, words


async def test_a_bad_line_stops_the_demo_before_anything_is_sent(play: Callable, fake: Fake, orders_file: Path):
    with orders_file.open("a") as file:
        file.write("\nx,never,1,1.00")
    with pytest.raises(BadOrdersFile, match=r"^line 1202: date"):
        await play(orders_file)
    assert fake.seen == set()


async def test_refusals_of_the_invented_shop_are_counted_and_named(play: Callable):
    found, screen = await play(None)
    customers, events, consents = found.tallies
    assert (customers.rejected, found.rejected) == (2000, 2000)
    assert "customers refused: 422 · The request is not valid · /a" in screen
    assert events.stored == events.sent > 6000
    assert consents.stored == consents.sent > 2000
