"""T25: bodies that want memory or lie about themselves, over real connections to the running collector."""

import asyncio
import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from tests.faults.scene import Scene

MIB = 2**20
ENOUGH_MB = 64  # far above what the limits allow to be held at once, far below what the bombs inflate to


def message(number: int = 0) -> dict[str, Any]:
    """One that would be taken."""
    return {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": f"hostile-{number}"}


def packed_zeros(mib: int, *, around: bytes = b"") -> bytes:
    """A gzip member that inflates to so many MiB; `around` begins it."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(around), *(packer.compress(b" " * MIB) for _ in range(mib)), packer.flush()]
    return b"".join(parts)


def head(scene: Scene, **headers: str) -> bytes:
    """The beginning of a request with our key, and these headers."""
    basic = base64.b64encode(f"{scene.key}:".encode()).decode()
    lines = ["POST /v1/batch HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Basic {basic}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def answered(scene: Scene, raw: bytes, *, then_close: bool = False) -> tuple[int, dict[str, Any]]:
    """Send these bytes on a connection of their own and read the first answer; (0, {}) where there is none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    try:
        writer.write(raw)
        if then_close:
            writer.write_eof()
        async with asyncio.timeout(30):
            beginning = await reader.readuntil(b"\r\n\r\n")
            lines = dict(line.lower().split(b":", 1) for line in beginning.split(b"\r\n")[1:-2])
            body = await reader.readexactly(int(lines.get(b"content-length", b"0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return 0, {}
    finally:
        writer.close()
    return int(beginning[9:12]), json.loads(body) if body.startswith(b"{") else {}


async def posted(scene: Scene, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    return await answered(scene, head(scene, Content_Length=str(len(body)), **headers) + body)


async def assert_unharmed(scene: Scene, memory_before: float) -> None:
    """It goes on, holds no more than before, and has taken nothing."""
    assert scene.process.poll() is None
    grown = scene.resident_mb() - memory_before
    print(f"the service has grown by {grown:.0f} MB")
    assert grown < ENOUGH_MB
    assert await scene.rows("SELECT FROM events WHERE message_id LIKE 'hostile-%'") == []
    good = json.dumps({"batch": [message(1)]}).encode()
    assert await posted(scene, good) == (200, {"success": True})
    await scene.rows("DELETE FROM events WHERE message_id = 'hostile-1'")


BOMBS = {
    "spaces": packed_zeros(200),
    "spaces in a batch": packed_zeros(200, around=b'{"batch": ['),
    "a long text": packed_zeros(200, around=b'{"batch": [{"type": "track", "event": "'),
    "just over": packed_zeros(6),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_gzip_bomb_is_refused_before_it_is_inflated(scene: Scene, name: str) -> None:
    """T25: 200 KB that would be 200 MB, eight at once."""
    before = scene.resident_mb()
    answers = await asyncio.gather(*(posted(scene, BOMBS[name], Content_Encoding="gzip") for _ in range(8)))
    for status, problem in answers:
        assert status == 413, problem
        assert isinstance(problem["code"], str)
        assert isinstance(problem["message"], str)
    await assert_unharmed(scene, before)


BATCH = json.dumps({"batch": [message()]}).encode()
BROKEN = {
    "two members": gzip.compress(b'{"batch":') + gzip.compress(b"[]}"),
    "a whole batch and another": gzip.compress(BATCH) + gzip.compress(BATCH),
    "a batch and rubbish": gzip.compress(BATCH) + b"rubbish",
    "cut off": gzip.compress(BATCH)[:-4],
    "a false checksum": gzip.compress(BATCH)[:-8] + b"\1" * 8,
    "not packed": BATCH,
    "packed twice": gzip.compress(gzip.compress(BATCH)),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_anything_but_one_whole_member_is_refused(scene: Scene, name: str) -> None:
    """T25"""
    before = scene.resident_mb()
    status, problem = await posted(scene, BROKEN[name], Content_Encoding="gzip")
    assert (status, isinstance(problem.get("code"), str)) == (400, True), problem
    await assert_unharmed(scene, before)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd"])
async def test_other_and_nested_encodings_are_refused(scene: Scene, encoding: str) -> None:
    """T25"""
    status, problem = await posted(scene, gzip.compress(gzip.compress(BATCH)), Content_Encoding=encoding)
    assert (status, isinstance(problem.get("code"), str)) == (415, True), problem


async def test_a_length_that_is_too_long_is_refused_though_no_body_comes(scene: Scene) -> None:
    """T25: nothing but the head is sent, and what was announced is not waited for."""
    for length in ("6000000", "9" * 18):
        status, problem = await answered(scene, head(scene, Content_Length=length))
        assert status == 413, problem
    await assert_unharmed(scene, scene.resident_mb())


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "12, 13", "", "9" * 40])
async def test_a_length_that_is_none_gets_no_answer_of_success(scene: Scene, length: str) -> None:
    """T25"""
    status, _ = await answered(scene, head(scene, Content_Length=length) + BATCH, then_close=True)
    assert status in (0, 400, 413)
    await assert_unharmed(scene, scene.resident_mb())


async def test_a_body_that_ends_before_its_length_stores_nothing(scene: Scene) -> None:
    """T25: a client that leaves in the middle."""
    cut = head(scene, Content_Length=str(len(BATCH) + 10)) + BATCH
    status, _ = await answered(scene, cut, then_close=True)
    assert status in (0, 400)
    await assert_unharmed(scene, scene.resident_mb())


async def test_two_lengths_or_a_length_beside_chunks_are_not_read_in_two_ways(scene: Scene) -> None:
    """T25: what one reader takes for the body, another takes for a second request."""
    second = head(scene, Content_Length=str(len(BATCH))) + BATCH
    lying = [
        head(scene, Content_Length="0", Transfer_Encoding="chunked") + b"0\r\n\r\n",
        head(scene, Content_Length="0").replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n") + second,
    ]
    for raw in lying:
        status, _ = await answered(scene, raw, then_close=True)
        assert status in (0, 400, 422)
    await assert_unharmed(scene, scene.resident_mb())


@pytest.mark.parametrize("packed", [False, True])
async def test_chunks_without_end_are_cut_off(scene: Scene, packed: bool) -> None:
    """T25: what is too much is answered while more of it still comes."""
    before = scene.resident_mb()
    headers = {"Transfer_Encoding": "chunked", **({"Content_Encoding": "gzip"} if packed else {})}
    piece = packed_zeros(60)[:60_000] if packed else b" " * 60_000
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.port)
    writer.write(head(scene, **headers))
    sent = 0
    answer = asyncio.create_task(reader.read(200))
    try:
        while not answer.done() and sent < 500 * MIB:
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    finally:
        writer.close()
    assert sent < 100 * MIB
    async with asyncio.timeout(10):
        beginning = (await asyncio.gather(answer, return_exceptions=True))[0]
    # The answer may be lost with the connection that was cut off; a good one must not come.
    assert isinstance(beginning, ConnectionError) or beginning[9:12] in (b"413", b"400", b""), beginning
    await assert_unharmed(scene, before)


async def test_too_many_messages_and_too_large_ones_are_refused(scene: Scene) -> None:
    """T25: 2,500 messages, 32 KB each."""
    crowd = json.dumps({"batch": [{**message(0), "messageId": f"hostile-{n}"} for n in range(2_501)]}).encode()
    heavy = json.dumps({"batch": [{**message(), "properties": {"text": "x" * 33_000}}]}).encode()
    for body in (crowd, heavy):
        status, problem = await posted(scene, gzip.compress(body), Content_Encoding="gzip")
        assert status == 413, problem
    await assert_unharmed(scene, scene.resident_mb())
