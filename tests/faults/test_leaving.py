"""Deploys drop no request: a replica that is asked to stop says so first, and is left by whoever stands before it."""

import asyncio
import contextlib
import itertools
import signal
import uuid
from collections.abc import AsyncIterator

import httpx

from tests.cli import commands
from tests.faults import scene as scenes
from tests.faults.scene import Scene

_AT_ONCE = 12


class Balancer:
    """What stands before the replicas: it asks each whether it is ready, and leads requests to those that are."""

    def __init__(self, scene: Scene, ports: list[int]) -> None:
        headers = {"Authorization": f"Bearer {scene.key}"}
        self._clients = {
            port: httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=20)
            for port in ports
        }
        self._turns = itertools.count()
        self.ready: list[int] = []
        self.failures: list[str] = []
        self.answered: dict[int, int] = dict.fromkeys(ports, 0)

    async def watch(self) -> None:
        while True:
            ready = []
            for port, client in self._clients.items():
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get("/readyz")).status_code == 200:
                        ready.append(port)
            self.ready = ready
            await asyncio.sleep(0.1)

    async def send(self) -> None:
        """Events one after the other, over connections that are kept."""
        while True:
            port = self.ready[next(self._turns) % len(self.ready)]
            event = {
                "type": "page.viewed",
                "message_id": uuid.uuid4().hex,
                "customer": {"external_id": {"source": "main-shop", "id": "8123"}},
                "occurred_at": "2026-11-01T12:00:00Z",
            }
            try:
                answer = await self._clients[port].post("/v1/events", json=event)
                if answer.status_code not in (200, 201):
                    self.failures.append(f"{port}: {answer.status_code} {answer.text}")
                self.answered[port] += 1
            except httpx.HTTPError as error:
                self.failures.append(f"{port}: {error!r}")

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


@contextlib.asynccontextmanager
async def working(balancer: Balancer) -> AsyncIterator[None]:
    watching = asyncio.create_task(balancer.watch())
    async with asyncio.timeout(20):
        while len(balancer.ready) < len(balancer.answered):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    tasks = [watching, *(asyncio.create_task(balancer.send()) for _ in range(_AT_ONCE))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await balancer.close()


async def test_a_replica_that_is_stopped_under_load_fails_no_request(scene: Scene) -> None:
    """T37"""
    port = commands.free_port()
    leaving = scenes.launch(scene.home, port, drain_seconds="2")
    balancer = Balancer(scene, [scene.port, port])
    try:
        async with working(balancer):
            await asyncio.sleep(1)
            leaving.send_signal(signal.SIGTERM)
            await asyncio.to_thread(leaving.wait, 25)
            await asyncio.sleep(0.5)
    finally:
        leaving.kill()
    assert balancer.failures == []
    assert leaving.returncode is not None
    assert min(balancer.answered.values()) > 0
    assert balancer.ready == [scene.port]
