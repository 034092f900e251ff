from typing import Literal, cast

ApiKeyKind = Literal["publishable", "secret"]


def check_api_key_kind(value: str) -> ApiKeyKind:
    return cast(ApiKeyKind, value)
