from typing import Literal, cast

PictureTheme = Literal["auto", "dark", "light"]


def check_picture_theme(value: str) -> PictureTheme:
    return cast(PictureTheme, value)
