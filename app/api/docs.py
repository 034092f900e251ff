"""The API reference (Swagger UI) from files of this service: no other host, no inline script, a strict policy."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_PACKAGE = "fastapi_swagger"
_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
_ASSET_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "private, max-age=86400"}


def docs_router(
    *, title: str, path: str = "/docs", openapi_path: str = "/openapi.json", dependencies: Sequence[Any] = ()
) -> APIRouter:
    """The routes of the reference page. In production leave it out, or give `dependencies` that authenticate."""
    router = APIRouter(prefix=path, include_in_schema=False, dependencies=list(dependencies))
    folder = Path(str(files(_PACKAGE))) / "resources"

    async def show_reference(request: Request) -> Response:
        root = escape(request.scope.get("root_path", "").rstrip("/") + path, quote=True)
        return HTMLResponse(_page(escape(title), root), headers=_PAGE_HEADERS)

    async def start_reference(request: Request) -> Response:
        root = request.scope.get("root_path", "").rstrip("/")
        return Response(_script(root + openapi_path), media_type="text/javascript", headers=_PAGE_HEADERS)

    router.add_api_route("", show_reference, methods=["GET"])
    router.add_api_route("/start.js", start_reference, methods=["GET"])
    for name, media_type in _ASSETS.items():
        router.add_api_route(f"/{name}", _asset(folder / name, media_type), methods=["GET"])
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
