"""The layer around every request: ids, headers, access log, metrics, and exceptions that nobody caught."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from starlette.requests import ClientDisconnect
from structlog.testing import capture_logs

from app.api.metrics import HttpMetrics
from app.api.middleware import CLIENT_LEFT, EdgeMiddleware
from tests.api.edge_app import CANARY, build_app, connect

APP = build_app()
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def get(path: str = "/v1/things/1", **headers: str) -> Any:
    async with connect(APP) as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_a_harmless_request_id_is_kept() -> None:
    assert (await get(x_request_id="Shop-1.a_b")).headers["x-request-id"] == "Shop-1.a_b"


@pytest.mark.parametrize("given", ["", "a b", "a" * 129, "<script>", 'a"b', "a\tb"])
async def test_any_other_request_id_is_replaced(given: str) -> None:
    """T27"""
    answered = (await get(x_request_id=given)).headers["x-request-id"]
    assert answered != given
    assert len(answered) == 32


@pytest.mark.parametrize(
    ("given", "trace_id"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"01-{TRACE}-00f067aa0ba902b7-01-more", TRACE),
        (f"00-{TRACE}-00f067aa0ba902b7-01-more", None),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        ("nonsense", None),
    ],
)
async def test_only_a_valid_traceparent_gives_a_trace_id(given: str, trace_id: str | None) -> None:
    state: dict[str, Any] = {}

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        state.update(scope["state"])

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"traceparent", given.encode())]}
    await EdgeMiddleware(app, access_log=False)(scope, None, None)  # type: ignore[arg-type]
    assert state["trace_id"] == trace_id


async def test_security_headers_are_on_every_answer() -> None:
    for path in ("/v1/things/1", "/v1/things/404", "/v1/things/500", "/nowhere", "/metrics", "/docs"):
        with capture_logs():
            headers = (await get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert len(headers.get_list("content-security-policy")) == 1
    assert (await get("/v1/things/1")).headers["cache-control"] == "no-store"
    assert "cache-control" not in (await get("/metrics")).headers


async def test_the_access_log_names_the_route_and_never_the_path_or_query() -> None:
    """T27"""
    with capture_logs() as logs:
        async with connect(APP) as client:
            await client.get(f"/v1/things/77?limit=5&email={CANARY}")
            await client.post("/v1/things", json={"name": CANARY})
            await client.get(f"/{CANARY}")
            await client.get("/metrics")
    assert CANARY not in str(logs)
    assert "77" not in str([line["route"] for line in logs])
    assert [(line["method"], line["route"], line["status"]) for line in logs] == [
        ("GET", "/v1/things/{thing_id}", 200),
        ("POST", "/v1/things", 200),
        ("GET", "(unmatched)", 404),
    ]
    assert logs[1]["tenant_id"] == "11111111-1111-7111-8111-111111111111"
    assert all(line["duration_ms"] >= 0 for line in logs)


async def test_metrics_count_by_route_template_and_known_method() -> None:
    app = build_app()
    with capture_logs():
        async with connect(app) as client:
            for thing in range(5):
                await client.get(f"/v1/things/{thing}")
            await client.request("BREW", "/strange/path")
            await client.request("BOIL", "/strange/path")
            text = (await client.get("/metrics")).text
    assert 'clientela_http_requests_total{method="GET",route="/v1/things/{thing_id}",status="200"} 5.0' in text
    assert 'clientela_http_requests_total{method="other",route="(unmatched)",status="404"} 2.0' in text
    assert 'duration_seconds_count{method="GET",route="/v1/things/{thing_id}",status="200"} 5.0' in text
    assert "strange" not in text


async def test_a_client_that_leaves_is_logged_and_answered_nothing() -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ClientDisconnect

    with capture_logs() as logs:
        await EdgeMiddleware(app)({"type": "http", "method": "GET", "path": "/", "headers": []}, None, None)  # type: ignore[arg-type]
    assert [(line["event"], line["status"]) for line in logs] == [("request", CLIENT_LEFT)]


async def test_an_answer_that_breaks_off_half_way_breaks_the_connection_without_a_word() -> None:
    """T27"""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(CANARY)

    with capture_logs() as logs, pytest.raises(RuntimeError, match="the answer broke off") as broken:
        await EdgeMiddleware(app)({"type": "http", "method": "GET", "path": "/", "headers": []}, None, send)  # type: ignore[arg-type]
    assert broken.value.__suppress_context__
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert [line["event"] for line in logs] == ["unexpected_error", "request"]


async def test_other_protocols_pass_untouched() -> None:
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    await EdgeMiddleware(app)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]


def test_metrics_of_one_process_render_by_themselves() -> None:
    metrics = HttpMetrics(CollectorRegistry())
    metrics.observe(method="GET", route="/a", status=200, seconds=0.003)
    text = metrics.render().decode()
    assert 'clientela_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/a",status="200"} 1.0' in text


def test_metrics_of_several_processes_are_summed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from prometheus_client import CollectorRegistry\n"
        "from app.api.metrics import HttpMetrics; import os\n"
        "m = HttpMetrics(CollectorRegistry(), multiprocess_dir=Path(os.environ['PROMETHEUS_MULTIPROC_DIR']))\n"
        "m.observe(method='GET', route='/a', status=200, seconds=0.1); print(m.render().decode())"
    )
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for expected in ("1.0", "2.0"):
        finished = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, timeout=60
        )
        assert f'clientela_http_requests_total{{method="GET",route="/a",status="200"}} {expected}' in finished.stdout
