"""What Clientela must hear, kept on disk until it has."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clientela import Clientela, ClientelaError, Conflict, Invalid, NotFound

Json = dict[str, Any]
log = logging.getLogger("shop")


class Outbox:
    """Calls in order, made by a thread of its own.

    So no order is lost while Clientela is away. Telling it again has no second effect: orders and consents carry ids
    of their own, and customers are found by theirs.
    """

    def __init__(self, path: Path, clientela: Clientela, *, patience_seconds: float) -> None:
        self._patience = patience_seconds
        self._calls: dict[str, Callable[[Json], Any]] = {
            "customer": clientela.customers.create_customer,
            "consent": clientela.consents.record_consent,
            "event": clientela.events.record_event,
        }
        self._kept = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._kept.execute("CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, call, body)")
        self._kept.execute("CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY)")
        self._changed = threading.Condition()
        threading.Thread(target=self._work, daemon=True).start()

    def put(self, calls: Sequence[tuple[str, Json]], *, order_id: str | None = None) -> None:
        """Keep the calls, with the order that they tell of, in one transaction; nothing for an order that is there.

        Waits a moment for them to be told, so that the next page knows of them.
        """
        with self._changed:
            with self._kept:
                self._kept.execute("BEGIN")
                if order_id is not None:
                    new = self._kept.execute("INSERT OR IGNORE INTO orders VALUES (?)", (order_id,))
                    if new.rowcount == 0:
                        return
                rows = [(call, json.dumps(body)) for call, body in calls]
                self._kept.executemany("INSERT INTO outbox (call, body) VALUES (?, ?)", rows)
                last = self._kept.execute("SELECT max(number) FROM outbox").fetchone()[0]
            self._changed.notify_all()
            self._changed.wait_for(lambda: (first := self._first()) is None or first[0] > last, self._patience)

    def _first(self) -> Any:
        return self._kept.execute("SELECT number, call, body FROM outbox ORDER BY number LIMIT 1").fetchone()

    def _work(self) -> None:
        pause = 0.5
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._first() is not None)
                number, call, body = self._first()
            try:
                self._calls[call](json.loads(body))
            except (Invalid, NotFound, Conflict) as error:
                log.error("%s %s was refused, as it would be for ever: %s", call, number, error)
            except ClientelaError:
                time.sleep(pause)
                pause = min(pause * 2, 5.0)
                continue
            pause = 0.5
            with self._changed:
                self._kept.execute("DELETE FROM outbox WHERE number = ?", (number,))
                self._changed.notify_all()
