from typing import Literal, cast

DocumentType = Literal["cnpj", "cpf", "cuit", "dni", "nie", "nif", "nif_pt", "rfc", "rut"]


def check_document_type(value: str) -> DocumentType:
    return cast(DocumentType, value)
