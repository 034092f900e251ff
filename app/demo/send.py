"""Sends bodies in batches through the HTTP API, again where asked to wait, and counts what became of them."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import httpx
from rich.progress import Progress, TaskID

from app.demo.shop import Decision
from app.errors import Unavailable

# Two at a time keep the service busy while the next batch is written; more would only queue in front of one worker.
PARALLEL = 2
PARALLEL_SINGLE = 8
CUSTOMERS_PER_CALL = 1000
EVENTS_PER_CALL = 500
ATTEMPTS = 12
LONGEST_WAIT = 30.0

NOTICES = {
    "pt-BR": "Aceito receber novidades e ofertas. Posso mudar de ideia a qualquer momento.",
    "es-ES": "Acepto recibir novedades y ofertas. Puedo cambiar de opinión en cualquier momento.",
    "es-MX": "Acepto recibir novedades y promociones. Puedo cambiar de opinión en cualquier momento.",
}


@dataclass(slots=True)
class Tally:
    """What became of one kind of thing sent; `refusals` holds the first few reasons, without any value."""

    kind: str
    sent: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    seconds: float = 0.0
    refusals: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Items sent per second."""
        return self.sent / self.seconds if self.seconds else 0.0

    def refuse(self, count: int, reason: str) -> None:
        """Count refused items and keep the reason if it is new and few are known."""
        self.rejected += count
        if reason not in self.refusals and len(self.refusals) < 5:
            self.refusals.append(reason)


def open_client(base_url: str, key: str) -> httpx.AsyncClient:
    """A client with the secret key; proxies of the environment are ignored, the demo talks to its own machine."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers={"Authorization": f"Bearer {key}"},
        timeout=httpx.Timeout(60.0, connect=5.0),
        limits=httpx.Limits(max_connections=PARALLEL_SINGLE),
        trust_env=False,
    )


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    """POST; again after 429, 503 and broken connections. Raises Unavailable when the service stays away.

    Again is safe without an Idempotency-Key: message ids and identifiers give the same body one effect. With a key a
    second run would be given the answers of the first, and count as new what was there already.
    """
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json"}
    for attempt in range(ATTEMPTS):
        wait = min(0.25 * 2**attempt, LONGEST_WAIT)
        try:
            response = await client.post(path, content=content, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(wait)
            continue
        if response.status_code not in (429, 503):
            return response
        await asyncio.sleep(retry_after(response, otherwise=wait))
    raise Unavailable(f"POST {path}: no answer after {ATTEMPTS} attempts")


def retry_after(response: httpx.Response, *, otherwise: float) -> float:
    """Seconds the service asks for, bounded; it always sends an integer (RFC 9110 allows a date too)."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if asked.isdecimal() else otherwise


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The body if it is a JSON object, else an empty one."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def problem(response: httpx.Response) -> str:
    """A refusal in a line: title, and the first pointer that is wrong."""
    answer = json_object(response)
    errors = answer.get("errors") or [{}]
    first = errors[0] if isinstance(errors[0], dict) else {}
    words = (answer.get("title"), answer.get("detail"), first.get("pointer"), first.get("message"))
    return " · ".join([str(response.status_code), *dict.fromkeys(str(word) for word in words if word)])


def parts(items: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Lists of up to `size`, read as they are needed."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


async def send_customers(
    client: httpx.AsyncClient, customers: Iterable[dict[str, Any]], progress: Progress, *, total: int | None
) -> Tally:
    """Upsert customers."""
    batches = ({"customers": part} for part in parts(customers, CUSTOMERS_PER_CALL))
    return await send_batches(client, "/v1/customers/batch", batches, progress, name="customers", total=total)


async def send_events(
    client: httpx.AsyncClient, events: Iterable[dict[str, Any]], progress: Progress, *, total: int | None
) -> Tally:
    """Record events as back-fill: they count and trigger nothing."""
    batches = ({"events": part, "backfill": True} for part in parts(events, EVENTS_PER_CALL))
    return await send_batches(client, "/v1/events/batch", batches, progress, name="events", total=total)


async def send_batches(
    client: httpx.AsyncClient,
    path: str,
    bodies: Iterator[dict[str, Any]],
    progress: Progress,
    *,
    name: str,
    total: int | None,
) -> Tally:
    """Send each body in turn, a few at a time; an error while reading the source ends all with that error."""
    tally = Tally(name)
    bar = progress.add_task(name, total=total)
    begun = time.perf_counter()

    async def work() -> None:
        for body in bodies:
            size = len(next(value for value in body.values() if isinstance(value, list)))
            count_batch(tally, await post(client, path, body), size)
            progress.update(bar, advance=size)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(PARALLEL):
                group.create_task(work())
    except* Exception as errors:
        raise first_error(errors) from None
    return finished(tally, begun, progress, bar)


def first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The cause itself: a caller catches a broken file, not a group of one."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first


def count_batch(tally: Tally, response: httpx.Response, size: int) -> None:
    """Add a batch's answer: of events {"stored", "duplicates", "rejected": [{"code", "pointer"}]}, of customers
    {"created", "matched", "rejected"}."""
    tally.sent += size
    if response.is_error:
        tally.refuse(size, problem(response))
        return
    answer = json_object(response)
    rejected = answer.get("rejected") or []
    tally.stored += int(answer.get("stored", answer.get("created", 0)))
    tally.duplicates += int(answer.get("duplicates", answer.get("matched", 0)))
    for item in rejected:
        tally.refuse(1, f"{item.get('code', 'refused')}: {item.get('message', '')}")


async def send_decisions(
    client: httpx.AsyncClient, decisions: Iterable[Decision], progress: Progress, *, total: int | None
) -> Tally:
    """Record consents, withdrawals after everything else, so that the time line of a customer is sent in order."""
    tally = Tally("consents")
    bar = progress.add_task(tally.kind, total=total)
    begun = time.perf_counter()
    notices = await create_notices(client)
    waves: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for decision in decisions:
        notice = notices.get(decision.language)
        body = decision.body if notice is None else {**decision.body, "notice_id": notice}
        waves[body["decision"] == "withdrawn"].append(body)
    for wave in (waves[False], waves[True]):
        source = iter(wave)

        async def work(bodies: Iterator[dict[str, Any]] = source) -> None:
            for body in bodies:
                count_decision(tally, await post(client, "/v1/consents", body))
                progress.update(bar, advance=1)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(PARALLEL_SINGLE):
                    group.create_task(work())
        except* Exception as errors:
            raise first_error(errors) from None
    return finished(tally, begun, progress, bar)


def count_decision(tally: Tally, response: httpx.Response) -> None:
    """201 is new, 200 was there already."""
    tally.sent += 1
    if response.is_error:
        tally.refuse(1, problem(response))
    elif response.status_code == 201:
        tally.stored += 1
    else:
        tally.duplicates += 1


async def create_notices(client: httpx.AsyncClient) -> dict[str, str]:
    """One notice per language; a service without them gets decisions that name none, and says so itself."""
    found = {}
    for language, text in NOTICES.items():
        response = await post(
            client, "/v1/notices", {"purposes": ["marketing"], "language": language, "text": text, "version": "demo-1"}
        )
        answer = json_object(response)
        if response.is_success and "id" in answer:
            found[language] = str(answer["id"])
    return found


def finished(tally: Tally, begun: float, progress: Progress, bar: TaskID) -> Tally:
    """Close the bar and keep the time."""
    tally.seconds = time.perf_counter() - begun
    progress.update(bar, total=tally.sent, completed=tally.sent)
    return tally
