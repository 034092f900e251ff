"""The API reference: every byte from this service, nothing inline, nothing from elsewhere."""

import json
import re

import httpx
from fastapi import Depends, FastAPI

from app.api.docs import docs_router
from app.api.problems import install_problems
from app.errors import Unauthenticated
from tests.api.edge_app import build_app, connect


async def test_the_page_loads_its_own_files_only() -> None:
    async with connect(build_app()) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert "://" not in page.text
        assert "//" not in page.text.replace("</", "")
        links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert sorted(links) == ["/docs/start.js", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "data:,"]
        for link in links:
            if link.startswith("/"):
                asset = await client.get(link)
                assert asset.status_code == 200
                assert asset.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
        style = (await client.get("/docs/swagger-ui.css")).text
        assert not re.search(r"url\((?![\"']?data:)", style)
        assert "@import" not in style


async def test_the_page_obeys_its_own_policy() -> None:
    async with connect(build_app()) as client:
        page = await client.get("/docs")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page.text)


async def test_the_page_starts_with_the_specification_of_this_service() -> None:
    async with connect(build_app()) as client:
        script = (await client.get("/docs/start.js")).text
        options = json.loads(script[script.index("{") : script.rindex("}") + 1])
        assert options["url"] == "/openapi.json"
        assert options["validatorUrl"] is None
        assert (await client.get(options["url"])).json()["openapi"].startswith("3.1")


async def test_the_viewer_knows_openapi_31() -> None:
    async with connect(build_app()) as client:
        bundle = (await client.get("/docs/swagger-ui-bundle.js")).text
    version = re.search(r'PACKAGE_VERSION:"(\d+)\.', bundle)
    assert version
    assert int(version[1]) >= 5


async def test_a_mounted_service_links_below_its_mount() -> None:
    transport = httpx.ASGITransport(build_app(), root_path="/crm")
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        assert 'src="/crm/docs/start.js"' in (await client.get("/crm/docs")).text
        assert '"/crm/openapi.json"' in (await client.get("/crm/docs/start.js")).text


async def test_the_page_can_be_locked() -> None:
    """T28"""

    async def refuse() -> None:
        raise Unauthenticated

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(docs_router(title="Edge", dependencies=[Depends(refuse)]))
    install_problems(app)
    async with connect(app) as client:
        for path in ("/docs", "/docs/start.js", "/docs/swagger-ui.css"):
            assert (await client.get(path)).status_code == 401
