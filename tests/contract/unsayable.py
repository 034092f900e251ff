"""What no schema of ours can say, by the code of the refusal: which operations give it to a request that fits, and why.

A refusal with any other code, or of another operation, is a mistake of the specification.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class Unsayable(NamedTuple):
    why: str
    operations: frozenset[str] | None = None
    """None: all."""


_RFM: Final = frozenset(
    {
        "get_customer_rfm", "get_rfm_summary", "get_rfm_migration", "get_rfm_migration_svg", "get_rfm_matrix_svg",
        "list_segment_customers", "get_revenue_by_segment", "get_revenue_by_segment_svg",
    }
)  # fmt: skip
_PERIODS: Final = frozenset(
    {
        "get_growth", "get_growth_svg", "get_source_statistics", "get_retention", "get_retention_svg",
        "get_repeat_rate", "get_campaigns",
    }
)  # fmt: skip
_IDENTIFIED: Final = frozenset(
    {
        "create_customer", "update_customer", "record_event", "record_consent", "create_storefront_token",
        "get_storefront_context",
    }
)  # fmt: skip
_BY_VALUE: Final = _IDENTIFIED | {"search_customers", "check_consents"}
_RULES: Final = frozenset({"create_audience", "update_audience", "preview_audience"})

UNSAYABLE: Final[Mapping[str, Unsayable]] = {
    "inexact_number": Unsayable("A schema knows the value of a number, not with how many digits it was written."),
    "invalid_document": Unsayable("Check digits are arithmetic.", _BY_VALUE),
    "identifier_required": Unsayable(
        "One of several lists must not be empty; as `anyOf` it would be five classes to a generated client. And an "
        "address that many people have, as a shop's own, identifies nobody.",
        _IDENTIFIED,
    ),
    "required": Unsayable(
        "What an event must tell is a table by its type; a visitor is named by one of two fields.",
        frozenset({"record_event", "get_storefront_context"}),
    ),
    "missing": Unsayable("A yes needs a legal basis, a no needs none.", frozenset({"record_consent"})),
    "not_imported": Unsayable("How a consent came about goes together with by what.", frozenset({"record_consent"})),
    "only_says_no": Unsayable("Some signals can only say no.", frozenset({"record_consent"})),
    "unknown_notice": Unsayable("There are no notices yet.", frozenset({"record_consent"})),
    "no_address": Unsayable("Which channels have addresses.", frozenset({"record_consent"})),
    "invalid_email": Unsayable("What `address` is follows from the channel.", frozenset({"record_consent"})),
    "invalid_phone": Unsayable("What `address` is follows from the channel.", frozenset({"record_consent"})),
    "invalid_identity_token": Unsayable("A token is signed.", frozenset({"get_storefront_context"})),
    "control_character": Unsayable(
        "Which signs of Unicode can be printed is a table.", frozenset({"record_event", "record_consent"})
    ),
    "in_the_past": Unsayable("A schema does not know what time it is.", frozenset({"create_api_key"})),
    "invalid_datetime": Unsayable("A pattern does not know how many days a month has.", _RFM),
    "not_publishable": Unsayable("Scopes go together with the kind of key.", frozenset({"create_api_key"})),
    "invalid_url": Unsayable("What a host may be called.", frozenset({"create_webhook_endpoint"})),
    "private_address": Unsayable("Which addresses are public.", frozenset({"create_webhook_endpoint"})),
    "invalid_rate": Unsayable("A decimal greater than 0.", frozenset({"set_currency_rates"})),
    "invalid_rule": Unsayable("Rules nest; their grammar is docs/audiences.md.", _RULES),
    "unknown_segment": Unsayable(
        "Which segments there are follows from the map.", frozenset({"list_customers", "list_segment_customers"})
    ),
    "not_fixed": Unsayable("Own edges go together with the method.", _RFM | {"set_rfm_settings"}),
    "wrong_length": Unsayable("A map has as many edges as its scale asks for.", _RFM | {"set_rfm_settings"}),
    "not_ascending": Unsayable("A schema knows no order of items.", _RFM | {"set_rfm_settings"}),
    "not_whole_numbers": Unsayable("Numbers in a text have no bounds.", _RFM),
    "ambiguous": Unsayable("Parameters that mean the same do not go together.", _RFM | {"set_rfm_settings"}),
    "not_before": Unsayable("One parameter is earlier than another.", _RFM),
    "after_the_end": Unsayable("One parameter is earlier than another.", _PERIODS),
    "too_many_periods": Unsayable("How many days there are between two parameters.", _PERIODS),
}  # fmt: skip


def refused_for_good_reason(operation_id: str, answer: Any) -> bool:
    """Whether every error of a refusal is one that the specification cannot foretell."""
    errors = answer.get("errors", []) if isinstance(answer, dict) else []
    return bool(errors) and all(_foretold_by_none(operation_id, error["code"]) for error in errors)


def _foretold_by_none(operation_id: str, code: str) -> bool:
    known = UNSAYABLE.get(code)
    return known is not None and (known.operations is None or operation_id in known.operations)
