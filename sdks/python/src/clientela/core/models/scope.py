from enum import StrEnum


class Scope(StrEnum):
    ADMIN = "admin"
    CONSENTSREAD = "consents:read"
    CONSENTSWRITE = "consents:write"
    CUSTOMERSREAD = "customers:read"
    CUSTOMERSWRITE = "customers:write"
    EVENTSREAD = "events:read"
    EVENTSWRITE = "events:write"
    EXPORTSREAD = "exports:read"
    PIIREAD = "pii:read"
    PRIVACYWRITE = "privacy:write"
    SEGMENTSREAD = "segments:read"
    SEGMENTSWRITE = "segments:write"

    def __str__(self) -> str:
        return str(self.value)
