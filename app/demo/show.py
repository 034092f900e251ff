"""Draws in a terminal what the demo has sent, and how to go on; segments are drawn in `app/terminal.py`."""

from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

from rich.console import Console
from rich.markup import escape

from app.demo.send import Tally
from app.terminal import titled


def tallies(console: Console, found: Iterable[Tally]) -> None:
    """What was sent, what became of it, how fast."""
    table = titled("Sent")
    table.add_column("")
    for name in ("sent", "stored", "already there", "refused", "per second"):
        table.add_column(name, justify="right")
    refusals: list[str] = []
    for one in found:
        numbers = (one.sent, one.stored, one.duplicates, one.rejected)
        table.add_row(one.kind, *(f"{number:,}" for number in numbers), f"{one.per_second:,.0f}")
        refusals += [f"{one.kind} refused: {reason}" for reason in one.refusals]
    console.print(table)
    for line in refusals:
        console.print(escape(line), style="yellow")


def going_on(console: Console, base_url: str, key: str, *, customer_id: str | None, as_of: str | None) -> None:
    """Lines to paste into a shell; unwrapped, so that they stay one line each."""
    port = urlsplit(base_url).port
    console.print(
        f"\nStart the service (serve{f' --port {port}' if port not in (None, 8000) else ''}), and go on with:"
    )
    query = f"?{urlencode({'as_of': as_of}, safe=':')}" if as_of else ""
    paths = [f"/v1/segments/rfm{query}"]
    if customer_id:
        paths += [f"/v1/customers/{customer_id}", f"/v1/customers/{customer_id}/rfm{query}"]
    lines = [f'curl -s -H "Authorization: Bearer $KEY" "{base_url.rstrip("/")}{path}"' for path in paths]
    for line in (f"KEY={key}", *lines):
        console.print(f"  {line}", soft_wrap=True, markup=False, highlight=False)
