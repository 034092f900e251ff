"""The example shop as visitors meet it: in a real browser, against the running service and the shop's own backend."""

import asyncio
import json
import signal
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.examples.conftest import EXAMPLE, Storefront
from tests.examples.visitor import Visitor

CONTEXT = "/v1/storefront/context"
WORDS: dict[str, dict[str, str]] = json.loads((EXAMPLE / "words.json").read_text())
VIP, WIN_BACK = WORDS["en"]["vip_title"], WORDS["en"]["win_back_title"].partition(",")[0]
ACCEPT, REFUSE = "#ask button[value=given]", "#ask button[value=refused]"


def new_email() -> str:
    return f"ana.{uuid.uuid4().hex[:12]}@example.com"


async def asked(shop: Storefront, visitor: Visitor) -> list[dict[str, Any]]:
    """What her pages have sent to the service (preflights have no body)."""
    return [json.loads(one["body"]) for one in await visitor.requests(shop.scene.url) if one["body"]]


async def seen_of(shop: Storefront, device: str) -> str:
    """The id of the customer whose device it is."""
    found = await shop.found(anonymous_id=device)
    assert found is not None
    return found


async def kinds(shop: Storefront, customer_id: str) -> list[str]:
    """The types of her events, in order of the alphabet."""
    return sorted(event["type"] for event in await shop.events(customer_id))


async def put_in_basket(visitor: Visitor, sku: str) -> None:
    await visitor.visit(f"/shoe?sku={sku}")
    await visitor.click("main button")


async def buy(
    visitor: Visitor, email: str | None = None, *, newsletter: bool = False, voucher: str = "", total: str = ""
) -> str:
    """Buy what is in the basket; the order's id."""
    await visitor.visit("/basket")
    if email is not None:
        for name, value in (("first_name", "Ana"), ("last_name", "Souza"), ("email", email)):
            await visitor.do("fill", f"main [name={name}]", value)
    await visitor.do("fill", "main [name=voucher]", voucher)
    assert total in await visitor.text("#total")
    if newsletter:
        await visitor.do("check", "main [name=newsletter]")
    await visitor.click("main form button")
    await visitor.do("waitForSelector", "#news:has-text('PL-')")
    said = await visitor.text("#news")
    return next(word for word in said.split() if word.startswith("PL-"))


async def test_nothing_is_kept_or_sent_before_she_decides_and_no_answer_is_easier(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/")
        assert await visitor.text("#ask-title") == WORDS["en"]["ask_title"]
        await put_in_basket(visitor, "brisa")
        await visitor.visit("/basket")
        assert await visitor.sees("#ask")
        assert set(await visitor.kept()) == {"basket", "order"}
        assert await visitor.requests(shop.scene.url) == []
        names = ["width", "height", "color", "backgroundColor", "borderColor", "fontSize", "fontWeight", "cursor"]
        look = f"(it => {names}.map((name) => getComputedStyle(document.querySelector(it))[name]))"
        assert await visitor.js(f"{look}('{ACCEPT}')") == await visitor.js(f"{look}('{REFUSE}')")


async def test_who_refuses_is_not_asked_again_and_nothing_is_known_of_her(shop: Storefront) -> None:
    before = (await shop.get("/v1/events", limit=1))["data"]
    async with shop.visited() as visitor:
        await visitor.visit("/")
        await visitor.click(REFUSE)
        await put_in_basket(visitor, "mare")
        assert not await visitor.sees("#ask")
        assert "device" not in await visitor.kept()
        assert await visitor.requests(shop.scene.url) == []
        # She buys: the shop must know her for that, and now her no is on record.
        email = new_email()
        await buy(visitor, email)
        await visitor.visit("/")
        ana = await shop.found(email=email)
        assert ana is not None
        (said,) = await shop.decisions(ana)
        assert (said["purpose"], said["channel"], said["decision"]) == ("personalisation", "profiling", "refused")
        assert [event["type"] for event in await shop.events(ana)] == ["order.paid"]
        assert all(not body["events"] for body in await asked(shop, visitor))
    newest = (await shop.get("/v1/events", limit=2))["data"]
    assert newest[1:] == before, "nothing but the order"


async def test_who_accepts_leaves_a_proof_and_what_she_did_is_hers_when_she_logs_in(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/shoe?sku=trilha")
        await visitor.click(ACCEPT)
        device = (await visitor.kept())["device"]
        somebody = await seen_of(shop, device)
        (said,) = await shop.decisions(somebody)
        assert (said["purpose"], said["channel"], said["decision"]) == ("personalisation", "profiling", "given")
        assert (said["indication_method"], said["jurisdiction"]) == ("button", "BR")
        proof = said["evidence"]
        assert proof["ip"] == "127.0.0.1"
        assert proof["url"] == f"{shop.url}/shoe?sku=trilha"
        assert "Chrome" in proof["user_agent"]
        assert WORDS["en"]["ask_text"] in proof["affirmative_action"]
        assert await kinds(shop, somebody) == ["page.viewed", "product.viewed"]
        await visitor.click("main button")
        email = new_email()
        await visitor.log_in(email)
        ana = await shop.found(email=email)
        assert ana is not None
        assert await seen_of(shop, device) == ana
        assert await kinds(shop, ana) == ["cart.updated", *["page.viewed"] * 3, "product.viewed"]
        (still,) = await shop.decisions(ana)
        assert still["id"] == said["id"]
        await visitor.click("#log-out")
        assert await visitor.kept() == {}, "the next to sit here may be somebody else"


@pytest.mark.parametrize(
    ("name", "segment", "offer"),
    [
        ("Beatriz", "champions", VIP),
        ("Caio", "at_risk", WIN_BACK),
        ("Nina", "new_customers", None),
        ("Olga", None, None),
    ],
    ids=["champion", "at risk", "newcomer", "opted out"],
)
async def test_each_is_offered_what_fits_and_nothing_who_wants_no_profile(
    shop: Storefront, name: str, segment: str | None, offer: str | None
) -> None:
    her = await shop.found(email=f"{name.lower()}@example.com")
    assert (await shop.get(f"/v1/customers/{her}/rfm"))["segment"] == segment
    async with shop.visited() as visitor:
        await visitor.visit("/account")
        await visitor.do("click", f"text=Log in as {name}")
        await visitor.do("waitForURL", shop.url + "/")
        await visitor.do("settled")
        assert await visitor.text(".greeting") == f"Hello, {name}"
        assert len(await asked(shop, visitor)) == 1
        said = await visitor.text("#offer")
        assert said.startswith(offer) if offer else said == ""
        # Her no counts in this browser too; the others have not been asked here yet.
        assert await visitor.sees("#ask") is (name != "Olga")


async def test_a_proof_that_has_ended_is_replaced(shop: Storefront) -> None:
    ended = "'idt_' + 'A'.repeat(75)"
    script = f"""const parse = JSON.parse
        JSON.parse = (text) => {{ const it = parse(text); if (it?.token) it.token = {ended}; return it }}"""
    async with shop.visited(script=script, forgives="422") as visitor:
        await visitor.visit("/account")
        await visitor.do("click", "text=Log in as Beatriz")
        await visitor.do("waitForURL", shop.url + "/")
        await visitor.do("settled")
        first, second = (body["identity_token"] for body in await asked(shop, visitor))
        assert first == "idt_" + "A" * 75
        assert second not in (first, None)
        assert (await visitor.text("#offer")).startswith(VIP)


async def test_another_tab_a_reload_and_a_lost_answer_double_nothing(shop: Storefront) -> None:
    async with shop.visited(forgives="ERR_FAILED") as visitor:
        await visitor.visit("/")
        await visitor.click(ACCEPT)
        her = await seen_of(shop, (await visitor.kept())["device"])
        await visitor.do("lose", shop.scene.url)
        await put_in_basket(visitor, "ciranda")
        await visitor.do("reload")
        await visitor.do("settled")
        waiting = [key for key in await visitor.kept() if key.startswith("event:")]
        assert len(waiting) == 3, "it does not know that they have arrived; and a reload is no second view"
        all_of_it = ["cart.updated", *["page.viewed"] * 2, "product.viewed"]
        assert await kinds(shop, her) == all_of_it
        await visitor.do("mend")
        tab = await visitor.beside()
        await visitor.js("setTimeout(() => location.reload())")
        await tab.visit("/account")
        await visitor.do("settled")
        sent = [event["message_id"] for body in await asked(shop, visitor) for event in body["events"]]
        assert all(sent.count(key.removeprefix("event:")) > 1 for key in waiting)
        assert not any(key.startswith("event:") for key in await visitor.kept())
        assert await kinds(shop, her) == sorted([*all_of_it, "page.viewed"])


async def test_what_she_does_last_is_sent_when_she_closes_the_tab(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/")
        await visitor.click(ACCEPT)
        her = await seen_of(shop, (await visitor.kept())["device"])
        await visitor.beside()  # an empty one, so that the browser stays
        await visitor.js("import('/js/clientela.js').then((it) => it.record('wishlist.shared'))")
        assert await kinds(shop, her) == ["page.viewed"]
        await visitor.do("leave")
        for _ in range(50):
            if "wishlist.shared" in await kinds(shop, her):
                break
            await asyncio.sleep(0.1)
        assert await kinds(shop, her) == ["page.viewed", "wishlist.shared"]


async def test_an_order_changes_what_the_next_page_shows(shop: Storefront) -> None:
    email = new_email()
    long_ago = [datetime.now(UTC) - timedelta(days=days) for days in (220, 260, 300, 330)]
    history = [
        {
            "type": "order.paid",
            "message_id": f"{email}-{at:%j}",
            "customer": {"email": email},
            "occurred_at": at.isoformat(),
            "properties": {"order_id": f"{email}-{at:%j}".replace("@", "-"), "currency": "BRL", "total": "329.00"},
        }
        for at in long_ago
    ]
    assert (await shop.post("/v1/events/batch", {"events": history, "backfill": True}))["stored"] == 4
    async with shop.visited() as visitor:
        await visitor.log_in(email)
        assert (await visitor.text("#offer")).startswith(WIN_BACK)
        assert "SAUDADE10" in await visitor.text("#offer")
        await put_in_basket(visitor, "trilha")
        order = await buy(visitor, voucher="SAUDADE10", total="413.10")
        await visitor.visit("/")
        assert not (await visitor.text("#offer")).startswith(WIN_BACK)
    ana = await shop.found(email=email)
    assert ana is not None
    (newest, *_) = (await shop.get(f"/v1/customers/{ana}/orders"))["data"]
    assert (newest["order_id"], newest["total"], newest["discount"]) == (order, "413.10", "45.90")
    assert (await shop.get(f"/v1/customers/{ana}/rfm"))["r"]["score"] == 5


async def test_a_consent_at_the_checkout_is_hers_to_take_back(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/")
        await visitor.click(ACCEPT)
        await put_in_basket(visitor, "garoa")
        email = new_email()
        await visitor.visit("/basket")
        assert not await visitor.do("isChecked", "main [name=newsletter]"), "silence is no consent"
        await buy(visitor, email, newsletter=True)
        ana = await shop.found(email=email)
        assert ana is not None
        check = {"purpose": "marketing", "channel": "email", "customers": [{"id": ana}]}
        assert (await shop.post("/v1/consents/check", check))["results"][0]["allowed"] is True
        given = next(one for one in await shop.decisions(ana) if one["channel"] == "email")
        assert WORDS["en"]["newsletter"] in given["evidence"]["affirmative_action"]
        await visitor.visit("/")
        await visitor.click("#open-choices")
        assert await visitor.do("isChecked", "dialog [name=email]")
        assert await visitor.do("isChecked", "dialog [name=personal]")
        await visitor.do("uncheck", "dialog [name=email]")
        await visitor.do("uncheck", "dialog [name=personal]")
        await visitor.click("dialog button:not([type])")
        assert (await shop.post("/v1/consents/check", check))["results"][0]["reason"] == "withdrawn"
        assert (await shop.get(f"/v1/customers/{ana}/rfm"))["profiling_opt_out"] is True
        assert "device" not in await visitor.kept()
        before = await kinds(shop, ana)
        await visitor.visit("/shoe?sku=brisa")
        assert await kinds(shop, ana) == before
        # And given again: a later yes counts.
        await visitor.click("#open-choices")
        await visitor.do("check", "dialog [name=personal]")
        await visitor.click("dialog button:not([type])")
        await visitor.visit("/shoe?sku=brisa")
        assert (await shop.get(f"/v1/customers/{ana}/rfm"))["profiling_opt_out"] is False
        assert len(await kinds(shop, ana)) > len(before)


async def test_a_browser_that_says_no_for_her_is_believed(shop: Storefront) -> None:
    script = "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })"
    async with shop.visited(script=script) as visitor:
        await visitor.visit("/shoe?sku=mare")
        assert not await visitor.sees("#ask")
        assert await visitor.requests(shop.scene.url) == []


async def test_the_question_and_the_choices_need_no_mouse(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/")
        focused = "(({id, value, tagName}) => id || value || tagName)(document.activeElement)"
        order = []
        for _ in range(3):
            await visitor.do("press", "Tab")
            order.append(await visitor.js(focused))
        assert order == ["A", "refused", "given"], "the link to the content, then both answers"
        await visitor.do("press", "Enter")
        await visitor.do("settled")
        assert not await visitor.sees("#ask")
        assert await visitor.js(focused) == "H1", "the focus is not lost with the banner"
        assert (await shop.decisions(await seen_of(shop, (await visitor.kept())["device"])))[0]["decision"] == "given"
        await visitor.do("focus", "#open-choices")
        await visitor.do("press", "Enter")
        assert await visitor.js("document.activeElement.name") == "personal"
        for _ in range(5):
            await visitor.do("press", "Tab")
            assert await visitor.js("document.querySelector('dialog').contains(document.activeElement) "
                                    "|| document.activeElement === document.body")  # fmt: skip
        await visitor.do("press", "Escape")
        assert await visitor.js(focused) == "open-choices"


@pytest.mark.parametrize(("locale", "language"), [("es-MX", "es"), ("pt-PT", "pt-BR"), ("fi-FI", "en")])
async def test_the_shop_speaks_her_language(shop: Storefront, locale: str, language: str) -> None:
    async with shop.visited(locale=locale) as visitor:
        await visitor.visit("/")
        assert await visitor.js("document.documentElement.lang") == language
        assert await visitor.text("h1") == WORDS[language]["hero_title"]
        assert await visitor.text(ACCEPT) == WORDS[language]["accept"]


def test_every_text_exists_in_every_language() -> None:
    for language, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), language
        assert all(words.values()), language


async def test_the_backend_believes_nothing_that_a_page_says_about_money_or_files(shop: Storefront) -> None:
    order = {
        "id": str(uuid.uuid4()),
        "lines": [["brisa", 1]],
        "customer": {"first_name": "Ana", "last_name": "Souza", "email": new_email()},
        "url": f"{shop.url}/basket",
    }
    no_decision = {"choice": {"decision": "refused"}}
    wrong: list[dict[str, Any]] = [
        {"lines": []}, {"lines": [["brisa", -1]]}, {"lines": [["brisa", 1.5]]}, {"lines": [["gold", 1]]},
        {"lines": "brisa"}, {"lines": 5}, {"id": "1"}, {"customer": None}, no_decision,
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=shop.url, trust_env=False) as anybody:
        for change in wrong:
            assert (await anybody.post("/api/orders", json={**order, **change})).status_code == 400, change
        assert (await anybody.post("/api/orders", data={"id": "1"})).status_code == 400, "a form of another site"
        for path in ("/../shop.py", "/js/../../shop.py", "/%2e%2e/shop.py", "/layout.html", "/storefront.json"):
            assert (await anybody.get(path)).status_code == 404, path
        twice = [(await anybody.post("/api/orders", json=order)).json() for _ in range(2)]
    assert twice[0] == twice[1]
    ana = await shop.found(email=order["customer"]["email"])  # type: ignore[index]
    assert [one["order_id"] for one in (await shop.get(f"/v1/customers/{ana}/orders"))["data"]] == [
        twice[0]["order_id"]
    ]


async def test_a_service_that_does_not_answer_holds_no_page_up(shop: Storefront) -> None:
    async with shop.visited() as visitor:
        await visitor.visit("/")
        await visitor.click(ACCEPT)
        shop.scene.process.send_signal(signal.SIGSTOP)
        try:
            for path, drawn in (("/", "#shoes"), ("/account", ".people"), ("/basket", "#empty")):
                await visitor.do("goto", shop.url + path)
                await visitor.do("waits", shop.scene.url)
                assert await visitor.sees(drawn), "it is there while the question is open"
                assert await visitor.text(drawn)
                await visitor.do("settled")
                assert await visitor.text("#offer") == ""
        finally:
            shop.scene.process.send_signal(signal.SIGCONT)


async def test_without_the_service_the_shop_goes_on_and_nothing_is_lost(shop: Storefront) -> None:
    """T31"""
    email = new_email()
    async with shop.visited(forgives="ERR_CONNECTION_REFUSED") as visitor:
        shop.scene.kill_service()
        await visitor.visit("/")
        await visitor.click(ACCEPT)
        await put_in_basket(visitor, "varanda")
        order = await buy(visitor, email, newsletter=True)
        await visitor.visit("/")
        assert await visitor.text("h1") == WORDS["en"]["hero_title"]
        assert await visitor.text("#offer") == ""
        assert await visitor.js("document.querySelectorAll('#shoes li').length") == 6
        await shop.scene.start_service()
        device = (await visitor.kept())["device"]
        for _ in range(200):
            if not any(key.startswith("event:") for key in await visitor.kept()) and await shop.found(email=email):
                break
            await asyncio.sleep(0.1)
        ana = await seen_of(shop, device)
        for _ in range(100):
            if "order.paid" in await kinds(shop, ana) and len(await shop.decisions(ana)) == 2:
                break
            await asyncio.sleep(0.1)
    assert await shop.found(email=email) == ana
    told = await kinds(shop, ana)
    assert told == ["cart.updated", "checkout.started", "order.paid", *["page.viewed"] * 4, "product.viewed"]
    assert {one["decision"] for one in await shop.decisions(ana)} == {"given"}
    assert [one["order_id"] for one in (await shop.get(f"/v1/customers/{ana}/orders"))["data"]] == [order]
