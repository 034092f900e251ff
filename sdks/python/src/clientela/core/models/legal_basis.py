from enum import StrEnum


class LegalBasis(StrEnum):
    GDPR_6_1_A = "gdpr.6.1.a"
    GDPR_6_1_B = "gdpr.6.1.b"
    GDPR_6_1_C = "gdpr.6.1.c"
    GDPR_6_1_D = "gdpr.6.1.d"
    GDPR_6_1_E = "gdpr.6.1.e"
    GDPR_6_1_F = "gdpr.6.1.f"
    LGPD_7_I = "lgpd.7.I"
    LGPD_7_II = "lgpd.7.II"
    LGPD_7_III = "lgpd.7.III"
    LGPD_7_IV = "lgpd.7.IV"
    LGPD_7_IX = "lgpd.7.IX"
    LGPD_7_V = "lgpd.7.V"
    LGPD_7_VI = "lgpd.7.VI"
    LGPD_7_VII = "lgpd.7.VII"
    LGPD_7_VIII = "lgpd.7.VIII"
    LGPD_7_X = "lgpd.7.X"

    def __str__(self) -> str:
        return str(self.value)
