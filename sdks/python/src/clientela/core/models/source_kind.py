from enum import StrEnum


class SourceKind(StrEnum):
    API = "api"
    FORM = "form"
    IMPORT = "import"
    SHOP = "shop"
    TILL = "till"

    def __str__(self) -> str:
        return str(self.value)
