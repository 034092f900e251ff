"""The documentation: every byte from this service, nothing inline, nothing from elsewhere, nothing beside the site."""

import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi import Depends, FastAPI

from app.api.docs import docs_router
from app.api.problems import install_problems
from app.errors import Unauthenticated
from tests.api.edge_app import build_app, connect


async def test_the_page_loads_its_own_files_only() -> None:
    async with connect(build_app()) as client:
        page = await client.get("/docs/reference")
        assert page.status_code == 200
        assert "://" not in page.text
        assert "//" not in page.text.replace("</", "")
        links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert sorted(links) == [
            "/docs/reference/start.js",
            "/docs/reference/swagger-ui-bundle.js",
            "/docs/reference/swagger-ui.css",
            "data:,",
        ]
        for link in links:
            if link.startswith("/"):
                asset = await client.get(link)
                assert asset.status_code == 200
                assert asset.headers["content-type"].split(";")[0] in ("text/javascript", "text/css")
        style = (await client.get("/docs/reference/swagger-ui.css")).text
        assert not re.search(r"url\((?![\"']?data:)", style)
        assert "@import" not in style


async def test_the_page_obeys_its_own_policy() -> None:
    async with connect(build_app()) as client:
        page = await client.get("/docs/reference")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text)
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", page.text)


async def test_the_page_starts_with_the_specification_of_this_service() -> None:
    async with connect(build_app()) as client:
        script = (await client.get("/docs/reference/start.js")).text
        options = json.loads(script[script.index("{") : script.rindex("}") + 1])
        assert options["url"] == "/openapi.json"
        assert options["validatorUrl"] is None
        assert (await client.get(options["url"])).json()["openapi"].startswith("3.1")


async def test_the_viewer_knows_openapi_31() -> None:
    async with connect(build_app()) as client:
        bundle = (await client.get("/docs/reference/swagger-ui-bundle.js")).text
    version = re.search(r'PACKAGE_VERSION:"(\d+)\.', bundle)
    assert version
    assert int(version[1]) >= 5


async def test_a_mounted_service_links_below_its_mount() -> None:
    transport = httpx.ASGITransport(build_app(), root_path="/crm")
    async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
        assert 'src="/crm/docs/reference/start.js"' in (await client.get("/crm/docs/reference")).text
        assert '"/crm/openapi.json"' in (await client.get("/crm/docs/reference/start.js")).text


@pytest.fixture
def site(tmp_path: Path) -> FastAPI:
    """A service with a small site, and a secret beside it."""
    (tmp_path / "secret.html").write_text("secret")
    folder = tmp_path / "site"
    (folder / "guides").mkdir(parents=True)
    (folder / "index.html").write_text("<p>start</p>")
    (folder / "guides" / "page.html").write_text("<p>page</p>")
    (folder / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "out.html").symlink_to(tmp_path / "secret.html")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(docs_router(title="Edge", site=folder))
    install_problems(app)
    return app


async def test_the_site_is_served(site: FastAPI) -> None:
    async with connect(site) as client:
        start = await client.get("/docs")
        assert (start.status_code, start.headers["location"]) == (307, "/docs/")
        assert (await client.get("/docs/")).text == "<p>start</p>"
        page = await client.get("/docs/guides/page.html")
        assert (page.status_code, page.text) == (200, "<p>page</p>")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        picture = await client.get("/docs/picture.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        assert "script-src" not in picture.headers["content-security-policy"]
        assert (await client.get("/docs/reference")).text.count("<script") == 2


async def test_a_page_that_has_not_changed_is_not_sent_again(site: FastAPI) -> None:
    async with connect(site) as client:
        page = await client.get("/docs/guides/page.html")
        head = await client.head("/docs/guides/page.html")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == "11"
        for name, validator in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
            again = await client.get("/docs/guides/page.html", headers={name: page.headers[validator]})
            assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/docs/../secret.html", "/docs/%2e%2e/secret.html", "/docs/..%2fsecret.html", "/docs/guides/../../secret.html",
        "/docs/%2fetc%2fpasswd", "/docs//etc/passwd", "/docs/..%5csecret.html", "/docs/out.html", "/docs/%00",
        "/docs/page.html%00.svg", "/docs/guides", "/docs/nothing.html", "/docs/" + "a" * 5000,
    ],
)  # fmt: skip
async def test_nothing_beside_the_site_is_served(site: FastAPI, path: str) -> None:
    url = httpx.URL(scheme="http", host="edge", raw_path=path.encode())
    async with connect(site) as client:
        answer = await client.get(url)
        assert answer.status_code == 404
        assert "secret" not in answer.text
        assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_site_there_is_the_reference(tmp_path: Path) -> None:
    """A start is not held up by a site that could not be built; one that is built later is served."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(docs_router(title="Edge", site=tmp_path / "later"))
    install_problems(app)
    async with connect(app) as client:
        for path in ("/docs", "/docs/"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (307, "/docs/reference")
        assert (await client.get("/docs/index.html")).status_code == 404
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / "index.html").write_text("here")
        assert (await client.get("/docs/")).text == "here"


async def test_the_page_can_be_locked() -> None:
    """T28"""

    async def refuse() -> None:
        raise Unauthenticated

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(docs_router(title="Edge", dependencies=[Depends(refuse)]))
    install_problems(app)
    async with connect(app) as client:
        for path in ("/docs", "/docs/reference/start.js", "/docs/reference/swagger-ui.css"):
            assert (await client.get(path)).status_code == 401
