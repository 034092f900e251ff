from enum import StrEnum


class ConsentBasis(StrEnum):
    GDPR_6_1_A = "gdpr.6.1.a"
    LGPD_7_I = "lgpd.7.I"

    def __str__(self) -> str:
        return str(self.value)
