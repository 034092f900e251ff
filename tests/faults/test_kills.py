"""T31: service and database are killed again and again while shops send; nothing acknowledged is lost or doubled."""

import asyncio
import random
import time

from tests.faults import senders
from tests.faults.scene import ROUNDS, Scene
from tests.faults.senders import Sent

MORE_BETWEEN = 150


async def test_every_acknowledged_event_is_there_once_whatever_is_killed(scene: Scene, sent: Sent) -> None:
    """T31. `CLIENTELA_FAULT_ROUNDS=20` kills each of them twenty times."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    victims = [scene.restart_service, scene.kill_postmaster, scene.kill_database, scene.kill_backend]
    victims *= ROUNDS or 1
    chance.shuffle(victims)
    shops = senders.started(scene, sent, name="shop")
    try:
        for strike in victims:
            await senders.until_acknowledged(sent, MORE_BETWEEN)
            await asyncio.sleep(chance.uniform(0, 0.2))
            begun = time.monotonic()
            await strike()
            print(f"{strike.__name__}: ready after {time.monotonic() - begun:.1f} s, {len(sent.acknowledged)} taken")
        print(sent.answers)
        await senders.until_acknowledged(sent, MORE_BETWEEN)
    finally:
        sent.stopped = True
        await asyncio.gather(*shops)
    assert sent.unknown, "a kill that no request noticed is no test"
    await senders.assert_all_there_once(scene, sent)
    await senders.resend(scene, sent)
    await senders.assert_all_there_once(scene, sent)
