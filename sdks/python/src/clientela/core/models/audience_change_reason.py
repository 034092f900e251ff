from typing import Literal, cast

AudienceChangeReason = Literal["conditions", "first_snapshot", "gone", "new_customer", "rule_changed"]


def check_audience_change_reason(value: str) -> AudienceChangeReason:
    return cast(AudienceChangeReason, value)
