"""The documentation: the built site, and the API reference (Swagger UI) to try things in. All of it is from files of
this service: no other host, no inline script, strict policies."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from posixpath import normpath
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from app.errors import NotFound

_PACKAGE = "fastapi_swagger"
_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
_ASSET_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "private, max-age=86400"}
# The site has a form: its own search.
_SITE_HEADERS = {
    **_PAGE_HEADERS,
    "Content-Security-Policy": _POLICY.replace("form-action 'none'", "form-action 'self'"),
}
# A picture that is looked at by itself brings its own style sheet.
_PICTURE_HEADERS = {**_PAGE_HEADERS, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
_READS = ["GET", "HEAD"]


def docs_router(
    *,
    title: str,
    site: Path | None = None,
    path: str = "/docs",
    openapi_path: str = "/openapi.json",
    dependencies: Sequence[Any] = (),
) -> APIRouter:
    """The site that lies in `site` at `path`, the reference at `{path}/reference`; where there is no site (yet), `path`
    leads to the reference. In production leave it out, or give `dependencies` that authenticate."""
    router = APIRouter(include_in_schema=False, dependencies=list(dependencies))
    router.include_router(_reference(title, f"{path}/reference", openapi_path))
    pages = StaticFiles(directory=site, html=True, check_dir=False) if site is not None else None

    def is_built() -> bool:
        return site is not None and (site / "index.html").is_file()

    async def show_start(request: Request) -> Response:
        root = request.scope.get("root_path", "").rstrip("/") + path
        return RedirectResponse(f"{root}/" if is_built() else f"{root}/reference", headers=_PAGE_HEADERS)

    async def show_page(request: Request, place: str) -> Response:
        if not place and not is_built():
            return await show_start(request)
        if pages is None or "\0" in place:
            raise NotFound
        response = await pages.get_response(normpath(place), request.scope)
        response.headers.update(_PICTURE_HEADERS if place.endswith(".svg") else _SITE_HEADERS)
        return response

    router.add_api_route(path, show_start, methods=_READS)
    router.add_api_route(f"{path}/{{place:path}}", show_page, methods=_READS)
    return router


def _reference(title: str, path: str, openapi_path: str) -> APIRouter:
    router = APIRouter(prefix=path)
    folder = Path(str(files(_PACKAGE))) / "resources"

    async def show_reference(request: Request) -> Response:
        root = escape(request.scope.get("root_path", "").rstrip("/") + path, quote=True)
        return HTMLResponse(_page(escape(title), root), headers=_PAGE_HEADERS)

    async def start_reference(request: Request) -> Response:
        root = request.scope.get("root_path", "").rstrip("/")
        return Response(_script(root + openapi_path), media_type="text/javascript", headers=_PAGE_HEADERS)

    # The site links to a page of this name, which tells who reads it from files to start the service.
    for name in ("", "/", "/index.html"):
        router.add_api_route(name, show_reference, methods=_READS)
    router.add_api_route("/start.js", start_reference, methods=_READS)
    for name, media_type in _ASSETS.items():
        router.add_api_route(f"/{name}", _asset(folder / name, media_type), methods=_READS)
    return router


def _asset(path: Path, media_type: str) -> Any:
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is missing from the package {_PACKAGE}")

    async def serve_asset() -> FileResponse:
        return FileResponse(path, media_type=media_type, headers=_ASSET_HEADERS)

    return serve_asset


def _page(title: str, root: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="{root}/swagger-ui-bundle.js"></script>
<script src="{root}/start.js"></script>
</body>
</html>
"""


def _script(openapi_path: str) -> bytes:
    options = {
        "url": openapi_path,
        "dom_id": "#reference",
        "deepLinking": True,
        "docExpansion": "list",
        "displayRequestDuration": True,
        # Keys typed into the page are not kept, and nothing is sent to a validator elsewhere.
        "persistAuthorization": False,
        "validatorUrl": None,
    }
    return b"SwaggerUIBundle(" + orjson.dumps(options) + b");\n"
