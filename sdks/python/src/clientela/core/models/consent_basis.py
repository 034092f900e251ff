from typing import Literal, cast

ConsentBasis = Literal["gdpr.6.1.a", "lgpd.7.I"]


def check_consent_basis(value: str) -> ConsentBasis:
    return cast(ConsentBasis, value)
