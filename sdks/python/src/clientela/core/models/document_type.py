from enum import StrEnum


class DocumentType(StrEnum):
    CNPJ = "cnpj"
    CPF = "cpf"
    CUIT = "cuit"
    DNI = "dni"
    NIE = "nie"
    NIF = "nif"
    NIF_PT = "nif_pt"
    RFC = "rfc"
    RUT = "rut"

    def __str__(self) -> str:
        return str(self.value)
