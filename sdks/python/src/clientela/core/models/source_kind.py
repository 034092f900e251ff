from typing import Literal, cast

SourceKind = Literal["api", "form", "import", "shop", "till"]


def check_source_kind(value: str) -> SourceKind:
    return cast(SourceKind, value)
