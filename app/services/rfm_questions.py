"""What is asked about RFM: by the parameters of a query, and where they are silent by the tenant's settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.db.queries.buyers import Span
from app.db.tx import Tx
from app.domain import normalize, rfm, rfm_settings
from app.domain.rfm import Method, MethodId
from app.domain.rfm_maps import SegmentMap
from app.domain.rfm_settings import RfmSettings, VipRule, Weights
from app.errors import FieldError, Invalid

MOST_DAYS = 36_500
MOST_ORDERS = 1_000_000
_MOST = {"r_days": MOST_DAYS, "f_orders": MOST_ORDERS}
_EDGES = ("r_days", "f_orders", "m_net")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which map, by which method, as of when (in the tenant's time zone), over which orders; what the
    scores weigh, and who is VIP."""

    map: SegmentMap
    method: Method
    as_of: datetime
    timezone: ZoneInfo
    window_days: int | None
    span: Span
    weights: Weights
    vip: VipRule
    fresh: bool = False


def read(tx: Tx, raw: Mapping[str, Any], *, moment: str = "as_of") -> Question:
    """The question in the parameters of a query: preset (or map), method, r_days, f_orders, m_net, window_days or
    all_time, category, fresh, and the time, which is called `moment`. Invalid names the parameter that cannot be
    used."""
    settings = tx.tenant.rfm
    preset_id = _preset_id(raw) or settings.preset
    preset = rfm.PRESETS[preset_id]
    # The tenant's edges are on the scale of her own preset: another one is asked for without them.
    own = settings if preset_id == settings.preset else RfmSettings(preset_id)
    timezone = ZoneInfo(tx.tenant.timezone)
    as_of, until = _moment(tx, timezone, raw.get(moment), name=moment)
    window = _window(raw, settings)
    since = None
    if window is not None:
        # So many days of the calendar, the last of which is that of as_of: windows one after the other never overlap.
        since = rfm.day_begins(as_of.date() - timedelta(days=window - 1), timezone)
    return Question(
        map=preset.map,
        method=_method(preset.method, raw, own),
        as_of=as_of,
        timezone=timezone,
        window_days=window,
        span=Span(since, until, raw.get("category")),
        weights=settings.weights,
        vip=settings.vip,
        fresh=bool(raw.get("fresh")),
    )


def read_both(tx: Tx, raw: Mapping[str, Any]) -> tuple[Question, Question]:
    """The same question at two moments: `from`, and `to`, by default now."""
    before, after = read(tx, raw, moment="from"), read(tx, raw, moment="to")
    if before.as_of >= after.as_of:
        raise _invalid("from", "not_before", "It must lie before `to`.")
    return before, after


def _preset_id(raw: Mapping[str, Any]) -> str | None:
    preset, map_id = raw.get("preset"), raw.get("map")
    if preset is not None and map_id is not None and preset != map_id:
        raise _invalid("map", "ambiguous", "Give either preset or map.")
    found: str | None = preset or map_id
    return found


def _window(raw: Mapping[str, Any], settings: RfmSettings) -> int | None:
    window: int | None = raw.get("window_days")
    if not raw.get("all_time"):
        return settings.window_days if window is None else window
    if window is not None:
        raise _invalid("all_time", "ambiguous", "Give either window_days or all_time.")
    return None


def _method(preset: Method, raw: Mapping[str, Any], settings: RfmSettings) -> Method:
    """The preset's own, or fixed edges: those given, else the tenant's, else the defaults."""
    given = [name for name in _EDGES if raw.get(name) is not None]
    asked = raw.get("method") or (MethodId.FIXED if given else settings.method)
    if asked == MethodId.QUANTILE:
        if given:
            raise _invalid(given[0], "not_fixed", "Thresholds of your own go with method=fixed.")
        return preset
    try:
        return rfm_settings.own_method(
            preset,
            _whole_numbers("r_days", raw) or settings.r_days,
            _whole_numbers("f_orders", raw) or settings.f_orders,
            _amounts("m_net", raw) or settings.m_net,
        )
    except Invalid as error:
        raise Invalid(error.detail, errors=tuple(_named(e) for e in error.errors)) from None


def _named(error: FieldError) -> FieldError:
    """What is wrong with edges, said of the parameter rather than of a place in a body."""
    return _error(error.pointer[1:], error.code, error.message) if error.pointer else error


def _whole_numbers(name: str, raw: Mapping[str, Any]) -> tuple[int, ...] | None:
    if raw.get(name) is None:
        return None
    parts = [part.strip() for part in raw[name].split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 9 and int(part) <= _MOST[name] for part in parts):
        raise _invalid(name, "not_whole_numbers", f"Whole numbers up to {_MOST[name]} with commas between, as 30,90.")
    return tuple(map(int, parts))


def _amounts(name: str, raw: Mapping[str, Any]) -> tuple[Decimal, ...] | None:
    if raw.get(name) is None:
        return None
    try:
        return tuple(normalize.money(part.strip(), pointer="", allow_negative=True) for part in raw[name].split(","))
    except Invalid:
        raise _invalid(name, "not_amounts", "Amounts with commas between, as 19.90,50.") from None


def _moment(tx: Tx, timezone: ZoneInfo, given: str | None, *, name: str) -> tuple[datetime, datetime | None]:
    """(the moment in the tenant's time zone, the same if it is past). A date is the end of that day, today is now."""
    now = tx.now.astimezone(timezone)
    if given is None:
        return now, None
    try:
        if _DAY.fullmatch(given):
            day = date.fromisoformat(given)
            if day == now.date():
                return now, None
            # A day after today ends in the future, and the last day of the calendar has no next.
            end = rfm.day_begins(day + timedelta(days=1), timezone) if day < now.date() else _NEVER
            moment = end - timedelta(microseconds=1)
        else:
            moment = normalize.rfc3339(given, pointer="")
        if moment < now and moment.astimezone(timezone).year < 1900:
            raise ValueError
    except (ValueError, Invalid):
        message = "A date such as 2026-11-01, or a time with its offset such as 2026-11-01T12:00:00-03:00."
        raise _invalid(name, "invalid_datetime", message) from None
    if moment > now:
        raise _invalid(name, "in_the_future", "The future is not known; leave it out for now.")
    return moment.astimezone(timezone), moment


def _invalid(parameter: str, code: str, message: str) -> Invalid:
    return Invalid(message, errors=(_error(parameter, code, message),))


def _error(parameter: str, code: str, message: str) -> FieldError:
    return FieldError("", code, f"Query parameter {parameter}: {message}")
