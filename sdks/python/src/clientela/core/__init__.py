"""Generated from the specification: models, calls, and a class for each tag. Nothing here is written by hand."""

from typing import Any


class Plain(dict[str, Any]):
    """A body that was given as a plain mapping: it is sent as it stands, with whatever it holds."""

    def to_dict(self) -> dict[str, Any]:
        return self
