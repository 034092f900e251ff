from typing import Literal, cast

PictureLanguage = Literal["en", "es", "pt-BR"]


def check_picture_language(value: str) -> PictureLanguage:
    return cast(PictureLanguage, value)
