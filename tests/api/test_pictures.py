"""Pictures through the API: their language, their headers, and that they say what the figures say."""

from base64 import b64encode
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.factories.segments import days_ago, send, who
from tests.factories.shops import Shop, paid

PATHS = (
    "segments/rfm/matrix.svg",
    "segments/rfm/migration.svg?from=2026-01-01",
    "statistics/growth.svg",
    "statistics/retention.svg",
    "statistics/revenue-by-segment.svg",
    "statistics/consents.svg",
)


def merged(path: str, params: dict[str, str]) -> httpx.QueryParams:
    """The parameters of the path and these: given by themselves they would take the place of the path's."""
    return httpx.URL(path).params.merge(params)


@pytest.mark.parametrize("path", PATHS)
async def test_a_picture_is_svg_that_can_do_nothing(shop: Shop, path: str) -> None:
    answer = await shop.client.get(f"/v1/{path}")
    assert answer.headers["content-type"].partition(";")[0] == "image/svg+xml"
    sheet = ElementTree.fromstring(answer.content).findtext("{http://www.w3.org/2000/svg}style") or ""
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy == ["default-src 'none'", f"style-src 'sha256-{digest}'", "frame-ancestors 'none'", "sandbox"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-language"] == "en"
    assert "Accept-Language" in answer.headers["vary"]
    assert "prefers-color-scheme" in answer.text
    ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("path", PATHS)
async def test_the_reader_chooses_language_and_theme(shop: Shop, path: str) -> None:
    seen = set()
    for params, header, language in (
        ({}, "es-AR,es;q=0.9", "es"),
        ({"lang": "pt-BR"}, "es", "pt-BR"),
        ({"lang": "en", "theme": "dark"}, None, "en"),
        ({"theme": "light"}, "xx", "en"),
    ):
        headers = {"Accept-Language": header} if header else {}
        answer = await shop.client.get(f"/v1/{path}", params=merged(path, params), headers=headers)
        assert answer.headers["content-language"] == language
        assert ElementTree.fromstring(answer.content).attrib["lang"] == language
        seen.add(answer.text)
    assert len(seen) == 4


@pytest.mark.parametrize("params", [{"lang": "de"}, {"theme": "blue"}, {"lang": ""}, {"colour": "red"}])
async def test_what_is_not_known_is_refused(shop: Shop, params: dict[str, Any]) -> None:
    for path in PATHS:
        assert (await shop.client.get(f"/v1/{path}", params=merged(path, params))).status_code == 422


@pytest.mark.parametrize("preset", ["rfm125", "rf25", "r_fm", "pymc4", "edrone4"])
async def test_the_matrix_draws_the_summary(shop: Shop, preset: str) -> None:
    await send(
        shop,
        [
            paid(f"o{i}.{n}", f"{i + 1}.00", customer=who(i), occurred_at=days_ago(i * 4 + n))
            for i in range(40)
            for n in range(1 + i % 4)
        ],
    )
    found = (await shop.client.get("/v1/segments/rfm", params={"preset": preset, "fresh": True})).json()
    drawn = await shop.client.get("/v1/segments/rfm/matrix.svg", params={"preset": preset, "fresh": True})
    lines = (ElementTree.fromstring(drawn.content)[1].text or "").splitlines()
    cells = {line.partition(":")[0]: int(line.partition(": ")[2].partition(" ")[0]) for line in lines if "R " in line}
    assert cells == {f"R {one['r']}, F {one['f']}": one["customers"] for one in found["matrix"]}
    assert "40 buyers" in lines[0]


async def test_the_migration_matrix_draws_who_moved(shop: Shop) -> None:
    await send(shop, [paid(f"o{i}", "10.00", customer=who(i), occurred_at=days_ago(100 + i)) for i in range(5)])
    await send(shop, [paid("again", "10.00", customer=who(0), occurred_at=days_ago(1))])
    params = {"from": days_ago(50)}
    found = (await shop.client.get("/v1/segments/rfm/migration", params=params)).json()
    drawn = await shop.client.get("/v1/segments/rfm/migration.svg", params=params)
    lines = (ElementTree.fromstring(drawn.content)[1].text or "").splitlines()[1:]
    assert sorted(int(line.rpartition(": ")[2]) for line in lines) == sorted(one["customers"] for one in found["moves"])
    assert len(found["moves"]) == 2


async def test_growth_draws_its_figures(shop: Shop) -> None:
    for _ in range(3):
        await shop.customer()
    periods = (await shop.client.get("/v1/statistics/growth")).json()["periods"]
    drawn = await shop.client.get("/v1/statistics/growth.svg")
    lines = (ElementTree.fromstring(drawn.content)[1].text or "").splitlines()[1:]
    assert [int(line.partition("Customers ")[2].partition(",")[0]) for line in lines] == [
        one["customers"] for one in periods
    ]
    assert periods[-1]["customers"] == 3
