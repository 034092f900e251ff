from typing import Literal, cast

LegalBasis = Literal[
    "gdpr.6.1.a",
    "gdpr.6.1.b",
    "gdpr.6.1.c",
    "gdpr.6.1.d",
    "gdpr.6.1.e",
    "gdpr.6.1.f",
    "lgpd.7.I",
    "lgpd.7.II",
    "lgpd.7.III",
    "lgpd.7.IV",
    "lgpd.7.IX",
    "lgpd.7.V",
    "lgpd.7.VI",
    "lgpd.7.VII",
    "lgpd.7.VIII",
    "lgpd.7.X",
]


def check_legal_basis(value: str) -> LegalBasis:
    return cast(LegalBasis, value)
