"""The languages of pictures: which one a reader wants, and how it writes numbers, money and dates (CLDR)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

_LONGEST_NUMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Language:
    """`id` is a BCP 47 tag, `locale` what CLDR calls it."""

    id: str
    locale: Locale

    def number(self, value: int) -> str:
        """Whole, and shortened from a thousand million on."""
        if abs(value) >= 10**_LONGEST_NUMBER:
            return self.compact(value)
        return str(format_decimal(value, locale=self.locale))

    def compact(self, value: int | float) -> str:
        """As in 1.2M."""
        return _plain(format_compact_decimal(value, locale=self.locale, fraction_digits=1))

    def percent(self, part: float, *, digits: int = 1) -> str:
        """A share of 1: 0.123 is 12.3 %. What is not nothing is never written as nothing."""
        pattern = self.locale.percent_formats[None].pattern
        if digits:
            pattern = pattern.replace("0", "0." + "0" * digits)
        smallest = 10.0 ** -(digits + 2)
        less = 0 < part < smallest
        written = _plain(format_percent(smallest if less else part, pattern, locale=self.locale))
        return f"< {written}" if less else written

    def money(self, amount: Decimal, currency: str) -> str:
        """Exact, in the currency's own decimals."""
        return _apart(format_currency(amount, currency, locale=self.locale), currency)

    def short_money(self, amount: Decimal, currency: str) -> str:
        """As in R$ 1.2M, from a hundred thousand on; below, without decimals."""
        if abs(amount) >= 100_000:
            return _apart(format_compact_currency(amount, currency, locale=self.locale, fraction_digits=1), currency)
        pattern = self.locale.currency_formats["standard"].pattern.partition(";")[0].replace(".00", "")
        return _apart(format_currency(amount, currency, pattern, locale=self.locale, currency_digits=False), currency)

    def day(self, day: date) -> str:
        return _plain(format_date(day, "medium", locale=self.locale))

    def month(self, day: date) -> str:
        """As in Jan 2026."""
        return _plain(format_date(day, "MMM y", locale=self.locale))

    def day_of_year(self, day: date) -> str:
        """As in Jan 5."""
        return _plain(format_skeleton("MMMd", day, locale=self.locale))


def _plain(written: str) -> str:
    """With ordinary blanks: narrow ones are missing from many fonts."""
    return written.replace("\u202f", " ").replace("\u00a0", " ")


def _apart(written: str, currency: str) -> str:
    """A code of letters, where there is no sign, stands apart from the number: CLP 1,234."""
    return " ".join(_plain(written).replace(currency, f" {currency} ").split())


LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "en": Language("en", Locale("en")),
        "es": Language("es", Locale("es")),
        "pt-BR": Language("pt-BR", Locale("pt", "BR")),
    }
)
_BY_PREFIX: Final = {"en": "en", "es": "es", "pt": "pt-BR"}


def language_for(wanted: str | None, accepted: str | None) -> Language:
    """The language that is asked for by its id, else the best of an Accept-Language header (RFC 9110), else English."""
    if wanted is not None:
        return LANGUAGES[wanted]
    offered = [(weight, _BY_PREFIX.get(tag.partition("-")[0])) for tag, weight in _ranges(accepted or "")]
    best = max((one for one in offered if one[1] and one[0] > 0), key=lambda one: one[0], default=(0.0, "en"))
    return LANGUAGES[best[1] or "en"]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header[:1000].split(","):
        tag, _, parameters = part.partition(";")
        name, _, given = parameters.strip().partition("=")
        try:
            weight = float(given) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if 0 <= weight <= 1:
            yield tag.strip().lower(), weight
