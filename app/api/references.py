"""How a body names a customer, the same for every route."""

from typing import Any

from app.api.schemas.events import CustomerReference
from app.errors import Invalid

_NAMES = ", ".join(CustomerReference.model_fields)


def one_reference(given: CustomerReference, *, pointer: str) -> dict[str, Any]:
    """The one member that is given. Invalid at `pointer` for none, or for several."""
    only = given.only()
    if only is None:
        raise Invalid.at(pointer, "exactly_one", f"Name the customer by exactly one of: {_NAMES}.")
    name, value = only
    # Not dumped as a whole: that would turn the id into its text, and costs ten times as much in a check of 1,000.
    return {name: value.model_dump() if name == "external_id" else value}
