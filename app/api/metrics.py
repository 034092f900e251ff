"""Prometheus metrics of the HTTP edge, and the answer of `/metrics`."""

from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.responses import Response

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class HttpMetrics:
    """Counts and times requests by route template, so that neither ids nor strangers' paths become label values."""

    def __init__(self, registry: CollectorRegistry, *, multiprocess_dir: Path | None = None) -> None:
        """`multiprocess_dir` is PROMETHEUS_MULTIPROC_DIR, which the client library reads itself when it is imported."""
        self.registry = registry
        self._multiprocess_dir = multiprocess_dir
        self._requests = Counter(
            "clientela_http_requests", "Requests answered.", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "clientela_http_request_duration_seconds",
            "Seconds from the request's head to the answer's end.",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )
        # `labels()` formats and locks; the children it gives are kept instead.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

        self._webhooks = Counter(
            "clientela_webhooks_received", "Messages of shops.", ("platform", "outcome"), registry=registry
        )

    def count_webhook(self, *, platform: str, outcome: str) -> None:
        """One message of a shop: stored, duplicate, ping or refused. Nothing else is kept of one that is refused."""
        self._webhooks.labels(platform, outcome).inc()

    def observe(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """One finished request."""
        children = self._children.get((method, route, status))
        if children is None:
            labels = (method if method in _METHODS else "other", route, str(status))
            children = self._requests.labels(*labels), self._seconds.labels(*labels)
            if method in _METHODS:
                self._children[(method, route, status)] = children
        children[0].inc()
        children[1].observe(seconds)

    def render(self) -> bytes:
        """The text format, summed over all processes where there are several."""
        if self._multiprocess_dir is None:
            return generate_latest(self.registry)
        merged = CollectorRegistry()
        MultiProcessCollector(merged, path=str(self._multiprocess_dir))  # type: ignore[no-untyped-call]
        return generate_latest(merged)

    async def endpoint(self) -> Response:
        """The answer of `/metrics`; add it with `app.add_api_route`, so that the access log knows its route."""
        return Response(self.render(), media_type=CONTENT_TYPE_LATEST)
