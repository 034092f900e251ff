"""The backend of the example shop: it serves the pages, and it alone holds the secret key.

Run it with the file that seed.py has written: python shop.py data/storefront.json --port 8080
"""

import argparse
import hashlib
import html
import json
import logging
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any

from clientela import Clientela, ClientelaError
from outbox import Outbox

HERE = Path(__file__).parent
SITE = HERE / "site"
SOURCE = "passolume"
Json = dict[str, Any]
GOODS: list[Json] = json.loads((HERE / "goods.json").read_text())
DEMO: list[Json] = json.loads((HERE / "customers.json").read_text())
WORDS: dict[str, dict[str, str]] = json.loads((HERE / "words.json").read_text())
# By path: the file, and the text that is its title.
PAGES = {
    "/": ("home", "tagline"),
    "/shoe": ("shoe", "our_shoes"),
    "/basket": ("basket", "basket"),
    "/account": ("account", "log_in"),
}
FILES = {f"/{path.relative_to(SITE).as_posix()}": path for path in SITE.rglob("*.*") if path.suffix != ".html"}
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
VOUCHER, REBATE = "SAUDADE10", Decimal("0.10")
DELIVERY, FREE_FROM = Decimal("19.90"), Decimal("400.00")
CHANNELS = {"personalisation": "profiling", "marketing": "email"}
# By the place where she decides: the texts that she reads there, which are part of the proof, and how she decides.
PLACES = {
    "banner": (("ask_title", "ask_text"), "button"),
    "personal": (("choose_personal",), "checkbox"),
    "email": (("choose_email",), "checkbox"),
    "checkout": (("newsletter",), "checkbox"),
    "gpc": ((), "gpc"),
}
PATIENCE_SECONDS = 1.5
MAX_BODY = 20_000
log = logging.getLogger("shop")


class BadRequest(Exception):
    """What the page has sent makes no sense."""


class Shop:
    """What a page asks of its backend. A session is a dictionary; that of a visitor who is nobody known is empty."""

    def __init__(self, keys: Json, outbox: Path) -> None:
        self.keys = keys
        # A page waits for it: one try, and a short one. What must not be lost is in the outbox.
        self._clientela = Clientela(keys["secret_key"], base_url=keys["api"], timeout=PATIENCE_SECONDS, retries=0)
        self._outbox = Outbox(outbox, self._clientela, patience_seconds=PATIENCE_SECONDS)
        self.sessions: dict[str, Json] = {}

    def log_in(self, session: Json, given: Json, proof: Json) -> Json:
        """Name her and her device together: what her browser has sent as nobody known is hers from now on."""
        self._outbox.put(self._greet(session, given, given, proof))
        return {"token": self.token(session, {}, {})["token"]}

    def log_out(self, session: Json, given: Json, proof: Json) -> Json:
        session.clear()
        return {}

    def token(self, session: Json, given: Json, proof: Json) -> Json:
        """A proof for her page, which ends by itself; null where Clientela is away."""
        if "id" not in session:
            raise BadRequest("nobody is logged in")
        try:
            made = self._clientela.storefront.create_storefront_token({"customer": reference(session)})
            session["token"] = made.token
        except ClientelaError:
            session["token"] = None
        return {"token": session["token"]}

    def order(self, session: Json, given: Json, proof: Json) -> Json:
        """Sell; prices are ours, whatever the page says. The same id again is the same order."""
        order_id = f"PL-{uuid(given, 'id').replace('-', '')[:12].upper()}"
        lines = given.get("lines")
        if not isinstance(lines, list) or not lines:
            raise BadRequest("the basket is empty")
        items = [item(line) for line in lines]
        calls = [] if "id" in session else self._greet(session, given.get("customer"), given, proof)
        calls.append(("event", paid(session, order_id, items, has_voucher=given.get("voucher") == VOUCHER)))
        if given.get("newsletter") is True:
            said = {**given, "purpose": "marketing", "decision": "given", "place": "checkout"}
            calls.append(("consent", decision(session, said, proof)))
        self._outbox.put(calls, order_id=order_id)
        if session["token"] is None:
            self.token(session, {}, {})
        return {"order_id": order_id}

    def consent(self, session: Json, given: Json, proof: Json) -> Json:
        calls = []
        if "id" in session and given.get("device") and given.get("decision") == "given":
            calls.append(("customer", record(session, device=uuid(given, "device"))))  # she agreed after logging in
        self._outbox.put([*calls, ("consent", decision(session, given, proof))])
        return {}

    def _greet(self, session: Json, person: Any, browser: Json, proof: Json) -> list[tuple[str, Json]]:
        """The session becomes hers. No password is asked: this is a demonstration."""
        known = {one["email"]: one for one in DEMO}
        email = text(person, "email").lower()
        chosen = known.get(email) or person
        session.update({name: text(chosen, name) for name in ("first_name", "last_name")}, email=email, token=None)
        made_up = "web-" + hashlib.sha256(email.encode()).hexdigest()[:16]
        session["id"] = known[email]["id"] if email in known else made_up
        device = uuid(browser, "device") if browser.get("device") else None
        calls = [("customer", record(session, device=device))]
        if isinstance(choice := browser.get("choice"), dict):  # one that was not told yet
            said = {**choice, "purpose": "personalisation"}
            if device and said.get("decision") == "given":
                # Told of the device: if she has said no elsewhere, that no outlives the two becoming one.
                calls.insert(0, ("consent", decision({}, said, proof)))
            else:
                calls.append(("consent", decision(session, said, proof)))
        return calls


def reference(session: Json) -> Json:
    return {"external_id": {"source": SOURCE, "id": session["id"]}}


def record(session: Json, *, device: str | None) -> Json:
    """The body of create_customer."""
    return {
        "external_ids": [{"source": SOURCE, "id": session["id"]}],
        "emails": [{"value": session["email"], "role": "main"}],
        "first_name": session["first_name"],
        "last_name": session["last_name"],
        **({"anonymous_ids": [device]} if device else {}),
    }


def paid(session: Json, order_id: str, items: list[Json], *, has_voucher: bool) -> Json:
    """The body of record_event for an order."""
    goods = sum((Decimal(one["unit_price"]) * one["quantity"] for one in items), Decimal(0))
    rebate = (goods * REBATE).quantize(Decimal("0.01")) if has_voucher else Decimal(0)
    delivery = Decimal(0) if goods >= FREE_FROM else DELIVERY
    amounts = {"total": goods - rebate + delivery, "shipping": delivery, "discount": rebate}
    return {
        "type": "order.paid",
        "message_id": f"{order_id}-paid",
        "customer": reference(session),
        "occurred_at": datetime.now(UTC).isoformat(),
        "properties": {
            "order_id": order_id,
            "currency": "BRL",
            **{name: f"{amount:.2f}" for name, amount in amounts.items()},
            "items": items,
        },
    }


def decision(session: Json, given: Json, proof: Json) -> Json:
    """The body of record_consent, with its proof: what she read and did, where and when, with which browser."""
    purpose, decided, place = (text(given, name) for name in ("purpose", "decision", "place"))
    if purpose not in CHANNELS or place not in PLACES:
        raise BadRequest("no such purpose, or no such place to decide")
    if "id" not in session and not given.get("device"):
        raise BadRequest("nobody to record it of")
    texts, method = PLACES[place]
    read = " ".join(WORDS[proof["language"]][key] for key in texts)
    return {
        "customer": reference(session) if "id" in session else {"anonymous_id": uuid(given, "device")},
        "purpose": purpose,
        "channel": CHANNELS[purpose],
        "decision": decided,
        "legal_basis": "lgpd.7.I",
        "jurisdiction": "BR",
        "indication_method": method,
        "occurred_at": given.get("decided_at") or datetime.now(UTC).isoformat(),
        "evidence": {**proof["evidence"], "url": text(given, "url"), "affirmative_action": f"{decided}: {read}"},
        "provenance": f"storefront, {place}, {proof['language']}",
        "source": SOURCE,
        "message_id": f"consent-{uuid(given, 'id')}",
    }


def item(line: Any) -> Json:
    """An item of an order from [sku, quantity]."""
    sku, quantity = line if isinstance(line, list) and len(line) == 2 else (None, None)
    shoe = next((one for one in GOODS if one["sku"] == sku), None)
    if shoe is None or type(quantity) is not int or not 1 <= quantity <= 99:
        raise BadRequest("no such shoe, or not so many of it")
    named = {name: shoe[name] for name in ("sku", "name", "category")}
    return {**named, "quantity": quantity, "unit_price": shoe["price"]}


def text(given: Any, name: str) -> str:
    value = given.get(name) if isinstance(given, dict) else None
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 500:
        raise BadRequest(f"{name} is missing")
    return value.strip()


def uuid(given: Any, name: str) -> str:
    value = text(given, name)
    if re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value) is None:
        raise BadRequest(f"{name} is no id")
    return value


# --- HTTP -------------------------------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """Pages and files by GET; what a page asks for by POST, in JSON, which no form of another site can send."""

    shop: Shop
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in PAGES:
            self._answer(200, self._page(*PAGES[path]), TYPES[".html"])
        elif path in FILES:
            self._answer(200, FILES[path].read_text(), TYPES[FILES[path].suffix])
        else:
            self._answer(404, "There is no such page.", "text/plain")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        shop = self.shop
        actions = {"login": shop.log_in, "logout": shop.log_out, "token": shop.token, "orders": shop.order,
                   "consent": shop.consent}  # fmt: skip
        action = actions.get(self.path.removeprefix("/api/"))
        told = self.headers.get("Content-Length", "")
        length = int(told) if told.isascii() and told.isdecimal() else 0
        if action is None or length > MAX_BODY or self.headers.get_content_type() != "application/json":
            self.close_connection = True
            self._answer(400, "{}", "application/json")
            return
        session_id, session = self._session()
        try:
            given = json.loads(self.rfile.read(length))
            if not isinstance(given, dict):
                raise BadRequest("not an object")
            answer = action(session, given, self._proof())
        except (BadRequest, ValueError) as error:
            self._answer(400, json.dumps({"error": str(error)}), "application/json")
            return
        self._answer(200, json.dumps(answer), "application/json", cookie=self._keep(session_id, session))

    def _session(self) -> tuple[str | None, Json]:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        except CookieError:
            cookie = None
        if cookie is None or cookie.value not in self.shop.sessions:
            return None, {}
        return cookie.value, self.shop.sessions[cookie.value]

    def _keep(self, session_id: str | None, session: Json) -> str | None:
        """The cookie to set: a new one for who has just logged in, none for who is nobody known."""
        if session and session_id is None:
            session_id = secrets.token_urlsafe(32)
            self.shop.sessions[session_id] = session
            return f"session={session_id}; HttpOnly; SameSite=Lax; Path=/"
        if session_id is not None and not session:
            del self.shop.sessions[session_id]
            return "session=; Max-Age=0; HttpOnly; SameSite=Lax; Path=/"
        return None

    def _language(self) -> str:
        """The first language of the browser's list that the shop speaks; browsers send them in order."""
        for wanted in self.headers.get("Accept-Language", "").split(","):
            for language in WORDS:
                if wanted.strip()[:2].lower() == language[:2]:
                    return language
        return "en"

    def _proof(self) -> Json:
        seen = {"ip": self.client_address[0], "user_agent": self.headers.get("User-Agent", "")}
        return {"language": self._language(), "evidence": seen}

    def _page(self, name: str, title: str) -> str:
        language, session = self._language(), self._session()[1]
        words = WORDS[language]
        names = ("first_name", "last_name", "email")
        settings = {
            "api": self.shop.keys["api"],
            "key": self.shop.keys["publishable_key"],
            "language": language,
            "words": words,
            "goods": GOODS,
            "prices": {
                "voucher": VOUCHER,
                "rebate": str(REBATE),
                "delivery": str(DELIVERY),
                "free_from": str(FREE_FROM),
            },
            "people": [{name: one[name] for name in ("first_name", "email", "note")} for one in DEMO if "note" in one],
            "customer": {name: session[name] for name in names} if session else None,
            "token": session.get("token"),
        }
        shown = {key: html.escape(value) for key, value in words.items()}
        shown["greeting"] = html.escape(words["hello"].format(name=session["first_name"])) if session else ""
        return Template((SITE / "layout.html").read_text()).substitute(
            shown,
            page=name,
            title=shown[title],
            language=language,
            if_known="" if session else "hidden",
            if_nobody="hidden" if session else "",
            main=Template((SITE / f"{name}.html").read_text()).substitute(shown),
            settings=json.dumps(settings).replace("<", "\\u003c"),
        )

    def _answer(self, status: int, content: str, media_type: str, *, cookie: str | None = None) -> None:
        body = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "same-origin")
        # Nothing but our own files, and Clientela to talk to.
        sources = f"default-src 'self'; connect-src 'self' {self.shop.keys['api']}"
        self.send_header("Content-Security-Policy", f"{sources}; base-uri 'none'; frame-ancestors 'none'")
        if cookie is not None:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        if self.command != "HEAD":
            with suppress(ConnectionError):  # the page was left meanwhile
                self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a line a request would hide what matters."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("keys", type=Path, help="the file that seed.py has written")
    parser.add_argument("--port", type=int, default=8080)
    given = parser.parse_args()
    Handler.shop = Shop(json.loads(given.keys.read_text()), given.keys.with_suffix(".outbox"))
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Handler)
    server.daemon_threads = True
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
    log.info("http://127.0.0.1:%s", given.port)
    server.serve_forever()


if __name__ == "__main__":
    main()
