from typing import Literal, cast

PrivacyRequestKind = Literal["access", "erasure", "shop_erasure"]


def check_privacy_request_kind(value: str) -> PrivacyRequestKind:
    return cast(PrivacyRequestKind, value)
