from typing import Literal, cast

ConsentDecisionKind = Literal["given", "refused", "requested", "withdrawn"]


def check_consent_decision_kind(value: str) -> ConsentDecisionKind:
    return cast(ConsentDecisionKind, value)
