"""How the example shop looks and reads: judged by axe, and left as pictures for looking at."""

from pathlib import Path

import pytest

from tests.examples.conftest import Storefront
from tests.factories import pictures

WIDTHS = {360: 740, 1280: 800}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_every_page_reads_well_in_every_size_and_light(shop: Storefront, width: int, scheme: str) -> None:
    folder = pictures.folder() / "storefront"
    folder.mkdir(exist_ok=True)
    viewport = {"width": width, "height": WIDTHS[width]}
    locale = "pt-BR" if width == 360 else "en-US"
    async with shop.visited(viewport=viewport, colorScheme=scheme, locale=locale, reducedMotion="reduce") as visitor:

        async def look(name: str, *, whole: bool = True) -> None:
            judged = await visitor.do("judge")
            path = folder / f"{name}-{width}-{scheme}.png"
            await visitor.do("screenshot", {"path": str(path), "fullPage": whole})
            assert judged["violations"] == [], name
            assert "color-contrast" in judged["passes"], "else nothing is judged"
            assert await visitor.js("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
            assert_png(path)

        await visitor.visit("/")
        await look("question", whole=False)
        await visitor.click("#ask button[value=given]")
        await look("home")
        await visitor.visit("/account")
        await look("account")
        await visitor.do("click", f".people form:nth-child({1 if scheme == 'light' else 2}) button")
        await visitor.do("waitForURL", shop.url + "/")
        await visitor.do("settled")
        assert await visitor.text("#offer")
        await look("offer", whole=False)
        await visitor.visit("/shoe?sku=brisa")
        await visitor.click("main button")
        await look("shoe")
        await visitor.visit("/basket")
        await look("basket")
        await visitor.click("#open-choices")
        await look("choices", whole=False)


async def test_motion_stops_where_it_is_not_wanted(shop: Storefront) -> None:
    async with shop.visited(reducedMotion="reduce") as visitor:
        await visitor.visit("/")
        moving = (
            "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration)).length"
        )
        assert await visitor.js(moving) == 0
    async with shop.visited() as visitor:
        await visitor.visit("/")
        assert await visitor.js(moving) > 0, "else this test could not fail"


def assert_png(path: Path) -> None:
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > 10_000, "an empty page is smaller"
