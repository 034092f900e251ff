"""Draws what the service answers about segments in a terminal; readable without colour and by the colour-blind."""

from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

# From few to many: the block says it without colour, the background with.
SHADES = ((" ", ""), ("░", "on grey15"), ("▒", "on grey23"), ("▓", "on grey30"), ("█", "on grey37"))
BAR = 20


def titled(title: str, **options: Any) -> Table:
    """A table below its title, an empty line before both."""
    return Table(title=f"\n[bold not italic]{title}[/]", title_justify="left", **options)


def amount(value: Any) -> str:
    """{"amount", "currency"} as text."""
    if not isinstance(value, dict):
        return "–"
    text = str(value.get("amount", ""))
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("-").isdecimal() else whole
    return f"{grouped}{point}{rest} {value.get('currency', '')}".strip()


def share(value: Any) -> str:
    """A share of 0…1 as per cent."""
    try:
        return f"{float(value) * 100:.1f} %"
    except (TypeError, ValueError):
        return "–"


def matrix(console: Console, summary: dict[str, Any]) -> None:
    """Recency (rows, the best on top) and frequency (columns): customers per cell, shaded by number."""
    counts = cell_counts(summary)
    scale = max((r for r, _ in counts), default=5)
    most = max(counts.values(), default=0)
    table = titled("Customers by recency (R) and frequency (F)", show_lines=True)
    table.add_column("", no_wrap=True)
    for f in range(1, scale + 1):
        table.add_column(f"F{f}", justify="right", min_width=9, no_wrap=True)
    for r in range(scale, 0, -1):
        table.add_row(f"R{r}", *(cell(counts.get((r, f), 0), most) for f in range(1, scale + 1)))
    console.print(table)
    legend = " ".join(f"{block or ' '}" for block, _ in SHADES[1:])
    console.print(f"R{scale} bought most recently, F{scale} most often · {legend} from few to many", style="dim")


def cell_counts(summary: dict[str, Any]) -> dict[tuple[int, int], int]:
    """Customers per (R, F); cells that come split by M are added up."""
    counts: dict[tuple[int, int], int] = {}
    for one in summary.get("matrix") or []:
        place = (int(one["r"]), int(one["f"]))
        counts[place] = counts.get(place, 0) + int(one.get("customers", 0))
    return counts


def shade(count: int, most: int) -> int:
    """0 for none, then 1 to 4 by quarters of the fullest cell."""
    return 0 if count <= 0 or most <= 0 else 1 + (count * 4 - 1) // most


def cell(count: int, most: int) -> str:
    """One cell: blocks, then the number."""
    level = shade(count, most)
    block, style = SHADES[level]
    text = f"{block * level:<4} {count:>4,}" if count else "·"
    return f"[{style}]{text}[/]" if style else text


def segments(console: Console, summary: dict[str, Any]) -> None:
    """Segments by revenue: customers, net, share with a bar, average."""
    table = titled("Segments")
    table.add_column("segment", no_wrap=True)
    table.add_column("customers", justify="right")
    table.add_column("net", justify="right")
    table.add_column("share of revenue", no_wrap=True)
    found = sorted(summary.get("segments") or [], key=lambda one: -number(one.get("revenue_share")))
    for one in found:
        bar = "█" * round(number(one.get("revenue_share")) * BAR)
        table.add_row(
            escape(str(one.get("segment", "?"))),
            f"{int(one.get('customers', 0)):,}",
            amount(one.get("net")),
            f"{share(one.get('revenue_share')):>7} {bar}",
        )
    console.print(table)
    prospects = summary.get("prospects")
    line = f"{int(number(summary.get('population'))):,} buyers"
    line += f", {int(number(prospects)):,} prospects without an order" if prospects else ""
    console.print(f"{line} · method {summary.get('method', '?')} · map {map_name(summary)}", style="dim")


def number(value: Any) -> float:
    """A number or a decimal string; 0 for anything else."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def map_name(answer: dict[str, Any]) -> str:
    """The segment map as id and version."""
    found = answer.get("map")
    return f"{found.get('id', '?')} v{found.get('version', '?')}" if isinstance(found, dict) else str(found or "?")


def customer(console: Console, answer: dict[str, Any]) -> None:
    """One customer explained: raw values, scores, where the thresholds lie, and what would move her up."""
    thresholds = answer.get("thresholds") or {}
    table = titled(f"One customer explained: {escape(str(answer.get('customer_id', '')))}")
    for name in ("", "value", "score", "score changes at"):
        table.add_column(name)
    for letter, name, key, edge in (
        ("r", "recency", "days", "r_days"),
        ("f", "frequency", "orders", "f_orders"),
        ("m", "money", "net", "m_net"),
    ):
        part = answer.get(letter) or {}
        value = part.get(key)
        shown = amount(value) if isinstance(value, dict) else f"{value} {key}"
        edges = thresholds.get(edge)
        table.add_row(name, shown, str(part.get("score", "–")), " · ".join(map(str, edges or [])))
    console.print(table)
    console.print(
        f"code {answer.get('code', '–')} → [bold]{escape(str(answer.get('segment', '?')))}[/] "
        f"(as of {escape(str(answer.get('as_of', '?'))[:10])}, among {int(number(answer.get('population'))):,} buyers)"
    )
    for step in answer.get("next") or []:
        console.print(f"  next: {escape(next_step(step))}")


def next_step(step: Any) -> str:
    """What would move her up, in words: a ready sentence if there is one, else its parts."""
    if not isinstance(step, dict):
        return str(step)
    for name in ("text", "message", "detail", "description"):
        if step.get(name):
            return str(step[name])
    return ", ".join(f"{name} {amount(value) if isinstance(value, dict) else value}" for name, value in step.items())


def console_for(stream: TextIO, *, quiet: bool = False) -> Console:
    """Wide enough for the tables where there is no terminal to ask."""
    return Console(file=stream, width=None if stream.isatty() else 120, quiet=quiet)
