"""The segment maps: which name each code RFM carries, and how the names rank. Data only; scoring is in rfm.py.

The ranking says what counts as a rise. In r_fm, rf25 and edrone4 buying again never lowers the rank; in rfm125 it does
in 15 of 500 combinations of code and gain (525 promising is "above" 535 need_attention by name, not by sense) and in
pymc4 in 8 of 256, which no sensible order of the names avoids: the orders below have the fewest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Final

OTHER: Final = "other"  # what pymc4 leaves without a name: 18 of its 64 codes


@dataclass(frozen=True, slots=True)
class SegmentMap:
    """An exact partition of the codes of one scale. `order` ranks the segments from best to worst."""

    id: str
    version: int
    scale: int
    order: tuple[str, ...]
    cells: Mapping[str, str] = field(repr=False, hash=False)

    @property
    def top(self) -> str:
        return self.order[0]

    def segment_of(self, code: str) -> str:
        """The segment of a code RFM such as "545"; ValueError for a code that is not of this scale."""
        try:
            return self.cells[code]
        except KeyError:
            raise ValueError(f"map {self.id} has no code {code}") from None

    def rank(self, segment: str) -> int:
        """0 is the best."""
        return self.order.index(segment)


def codes(scale: int, length: int = 3) -> tuple[str, ...]:
    """Every code of `length` digits from 1 to `scale`, ascending."""
    return tuple("".join(digits) for digits in product("12345"[:scale], repeat=length))


def partition(rows: Iterable[tuple[str, str]], keys: Iterable[str]) -> dict[str, str]:
    """Segment per key from rows (segment, "key key …"); ValueError unless the rows name each key exactly once."""
    wanted = set(keys)
    cells: dict[str, str] = {}
    for segment, row in rows:
        for key in row.split():
            if key in cells or key not in wanted:
                raise ValueError(f"{segment}: {key} is named twice or is no code")
            cells[key] = segment
    if missing := wanted - cells.keys():
        raise ValueError(f"no segment for {sorted(missing)}")
    return cells


# In each table the rows are in rank order, best first.
RFM125: Final = (
    ("champions", "555 554 544 545 454 455 445"),
    ("loyal", "543 444 435 355 354 345 344 335"),
    (
        "potential_loyalist",
        "553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 351 342 341 333 323",
    ),
    ("need_attention", "535 534 443 434 343 334 325 324"),
    ("promising", "525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313"),
    ("new_customers", "512 511 422 421 412 411 311"),
    ("cannot_lose", "155 154 144 214 215 115 114 113"),
    ("at_risk", "255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 133 125 124"),
    ("about_to_sleep", "331 321 312 221 213 231 241 251"),
    ("hibernating", "332 322 233 232 223 222 132 123 122 212 211"),
    ("lost", "111 112 121 131 141 151"),
)

# Keys are R and F.
RF25: Final = (
    ("champions", "54 55"),
    ("loyal_customers", "34 35 44 45"),
    ("potential_loyalists", "42 43 52 53"),
    ("new_customers", "51"),
    ("promising", "41"),
    ("need_attention", "33"),
    ("cant_lose", "15 25"),
    ("at_risk", "13 14 23 24"),
    ("about_to_sleep", "31 32"),
    ("hibernating", "11 12 21 22"),
)

# Keys are R and the mean of F and M, half rounded up.
R_FM: Final = (
    ("champions", "55 54 45"),
    ("loyal_customers", "53 44 35 34"),
    ("potential_loyalists", "52 42 33 43"),
    ("recent_customers", "51"),
    ("promising", "41 31"),
    ("needing_attention", "32 23 22"),
    ("cant_lose_them", "15 14"),
    ("at_risk", "25 24 13"),
    ("about_to_sleep", "21"),
    ("hibernating", "12"),
    ("lost", "11"),
)

# OTHER ranks where its codes lie; nobody is promised it.
PYMC4: Final = (
    ("premium_customer", "334 443 444 344 434 433 343 333"),
    ("repeat_customer", "244 234 232 332 143 233 243"),
    ("top_spender", "424 414 144 314 324 124 224 423 413 133 323 313 134"),
    (OTHER, "121 131 141 142 213 221 231 241 242 321 331 341 342 421 431 432 441 442"),
    ("at_risk_customer", "422 223 212 122 222 132 322 312 412 123 214"),
    ("inactive_customer", "411 111 113 114 112 211 311"),
)


def _rfm(code: str) -> str:
    return code


def _rf(code: str) -> str:
    return code[:2]


def _r_and_mean(code: str) -> str:
    # (F + M + 1) // 2 is their mean with the half rounded up.
    return f"{code[0]}{(int(code[1]) + int(code[2]) + 1) // 2}"


def _map(name: str, rows: tuple[tuple[str, str], ...], scale: int, *, key: Callable[[str], str] = _rfm) -> SegmentMap:
    all_codes = codes(scale)
    named = partition(rows, {key(code) for code in all_codes})
    cells = {code: named[key(code)] for code in all_codes}
    return SegmentMap(name, 1, scale, tuple(segment for segment, _ in rows), MappingProxyType(cells))


def _edrone4() -> SegmentMap:
    """Champions are 444; every other cell is called by its code and ranks by the sum of its scores, then R, F, M."""
    best_first = sorted(codes(4), key=lambda code: (sum(map(int, code)), code), reverse=True)
    return _map("edrone4", tuple(("champions" if code == "444" else code, code) for code in best_first), 4)


MAPS: Final[Mapping[str, SegmentMap]] = MappingProxyType(
    {
        "rfm125": _map("rfm125", RFM125, 5),
        "rf25": _map("rf25", RF25, 5, key=_rf),
        "r_fm": _map("r_fm", R_FM, 5, key=_r_and_mean),
        "pymc4": _map("pymc4", PYMC4, 4),
        "edrone4": _edrone4(),
    }
)
