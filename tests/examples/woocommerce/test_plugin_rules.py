"""What the plugin makes of orders, people and settings, and how it behaves in the house of WordPress: of both WordPress
and WooCommerce there is a small stand-in only (wordpress.php, woocommerce.php)."""

import re
import subprocess
from typing import Any

import pytest

from tests.examples.woocommerce.plugin import DEVICE, PLUGIN, Woo, an_order, settings
from tests.sdks import php_cli

# --- What orders, consents and settings mean --------------------------------------------------------------------------


async def test_money_is_a_decimal_string_whatever_woocommerce_calls_it(woo: Woo) -> None:
    given = ["10", "9.9", "0.10", "129.9000", "12345678901234.56", "59.950000001", "-3", ""]
    (told,) = await woo(["money", given])
    assert told == ["10.00", "9.90", "0.10", "129.9000", "12345678901234.56", "59.95", "3.00", "0.00"]


async def test_an_order_that_was_paid_is_told_with_what_it_is_worth(woo: Woo) -> None:
    order = an_order(id=7, date_paid="2026-11-01T12:00:00-03:00", date_modified="2026-11-01T15:00:30+00:00")
    (told,) = await woo(["events", 7], orders=[order])
    assert told == [
        {
            "type": "order.paid",
            "message_id": "shop:order:7:paid",
            "source": "loja",
            "customer": {"email": order["billing_email"]},
            "occurred_at": "2026-11-01T15:00:00+00:00",
            "properties": {
                "order_id": "7",
                "currency": "BRL",
                "total": "129.90",
                "shipping": "10.00",
                "tax": "0.00",
                "discount": "5.50",
                "updated_at": "2026-11-01T15:00:30+00:00",
                "items": [{"sku": "A1", "name": "Sandal 37", "quantity": 2, "unit_price": "59.95"}],
            },
        }
    ]


@pytest.mark.parametrize(
    ("more", "types"),
    [
        ({"date_paid": None, "status": "pending"}, []),
        ({"date_paid": None, "status": "cancelled"}, []),
        ({"status": "completed"}, ["order.paid"]),
        ({"status": "cancelled"}, ["order.paid", "order.cancelled"]),
        ({"status": "failed"}, ["order.paid", "order.cancelled"]),
        ({"status": "refunded", "refunds": [{"id": 9, "amount": "3", "date_created": "2026-11-02"}]},
         ["order.paid", "order.refunded"]),
    ],
)  # fmt: skip
async def test_only_what_was_paid_is_told(woo: Woo, more: dict[str, Any], types: list[str]) -> None:
    order = an_order(**more)
    (told,) = await woo(["events", order["id"]], orders=[order])
    assert [event["type"] for event in told] == types


async def test_who_bought_is_named_by_account_then_address_then_the_order(woo: Woo) -> None:
    account, guest, nobody = an_order(customer_id=42), an_order(), an_order(billing_email="")
    orders = [account, guest, nobody]
    told = await woo(*[[what, one["id"]] for one in orders for what in ("events", "customer")], orders=orders)
    references = [events[0]["customer"] for events in told[::2]]
    assert references == [
        {"external_id": {"source": "loja", "id": "42"}},
        {"email": guest["billing_email"]},
        {"external_id": {"source": "loja", "id": f"guest:{nobody['id']}"}},
    ]
    people = told[1::2]
    assert people[0]["external_ids"] == [{"source": "loja", "id": "42"}]
    assert "first_name" not in people[0], "a bill may bear another's name"
    assert (people[1]["first_name"], people[1]["emails"][0]["value"]) == ("Maria", guest["billing_email"])
    assert people[2]["external_ids"] == [{"source": "loja", "id": f"guest:{nobody['id']}"}]


@pytest.mark.parametrize(
    ("segment", "tier", "has_coupon", "offer"),
    [
        ("champions", "vip", True, "vip"),
        ("loyal", "vip", True, "vip"),
        ("champions", None, True, "vip"),
        ("champions", "regular", True, "none"),
        ("at_risk", None, True, "win_back"),
        ("hibernating", "ordinary", True, "win_back"),
        ("at_risk", None, False, "none"),
        ("loyal", None, True, "none"),
        (None, None, True, "none"),
    ],
)
async def test_who_is_shown_what(woo: Woo, segment: str | None, tier: str | None, has_coupon: bool, offer: str) -> None:
    assert await woo(["choose", segment, tier, has_coupon]) == [offer]


async def test_settings_are_kept_only_in_their_form(woo: Woo) -> None:
    good = {
        "url": " https://customers.example.com/ ",
        "secret_key": "ck_live_" + "a" * 40,
        "publishable_key": "pk_live_" + "b" * 40,
        "source": "main-shop",
        "legal_basis": "lgpd.7.I",
        "coupon": "VOLTA10",
        "cookie": "1",
    }
    kept = {**good, "url": "https://customers.example.com", "cookie": True, "banner": False}
    bad = {"url": "javascript:alert(1)", "publishable_key": good["secret_key"], "source": "A b", "coupon": "<script>"}
    told = await woo(
        ["sanitised", good, {}],
        ["sanitised", {**bad, "secret_key": "", "legal_basis": "none", "other": "x"}, kept],
        ["sanitised", {**good, "url": "http://customers.example.com"}, {}],
        ["sanitised", "nonsense", {}],
    )
    assert told[0] == [kept, []]
    assert told[1][0] == {**kept, "cookie": False}
    assert sorted(told[1][1]) == ["coupon", "publishable_key", "source", "url"]
    assert told[2][1] == ["url"], "keys do not go in the open"
    assert "url" in told[3][1]


# --- In the house of WordPress ----------------------------------------------------------------------------------------


async def test_the_settings_page_shows_no_secret_key_and_is_for_those_who_run_the_shop(woo: Woo) -> None:
    secret = "ck_live_" + "s" * 40
    given = settings(None, secret_key=secret, coupon='"><script>')
    told = await woo(["settings page", ["manage_woocommerce"]], ["settings page", ["read"]], settings=given)
    capability, html, needed = told[0]
    assert capability == needed == "manage_woocommerce"
    assert "_wpnonce" in html
    assert secret not in html
    assert "<script>" not in html
    assert html.count("<label") == 8
    assert told[1][1] == ""


async def test_saving_keeps_the_secret_key_and_says_what_was_wrong(woo: Woo) -> None:
    kept = settings(None, secret_key="ck_live_" + "s" * 40)
    form = {"url": "https://customers.example.com", "secret_key": "", "source": "loja!", "coupon": ""}
    (told,) = await woo(["save settings", form], settings=kept)
    saved, errors = told
    assert (saved["secret_key"], saved["url"]) == (kept["secret_key"], "https://customers.example.com")
    assert saved["source"] == "loja"
    assert len(errors) == 1


async def test_a_browser_gets_a_cookie_only_where_shop_and_visitor_wish(woo: Woo) -> None:
    on, off = settings(None, cookie=True), settings(None, cookie=False)
    assert re.fullmatch("[0-9a-f]{32}", (await woo(["cookie", None], settings=on))[0])
    assert await woo(["cookie", False], settings=on) == [""]
    assert await woo(["cookie", None], settings=off) == [""]


async def test_nothing_is_left_behind(woo: Woo) -> None:
    order = an_order()
    told = await woo(["login", 7, DEVICE], ["status", order["id"]], ["uninstall"], ["kept"],
                     settings=settings(None), orders=[order], scheduler=False)  # fmt: skip
    queries, kept = told[2:]
    assert (kept["options"], kept["schedule"], kept["users"]) == ([], [], {"7": []})
    assert [re.sub(r"\s+", " ", query) for query in queries] == [
        "DELETE FROM 'wp_postmeta' WHERE meta_key IN ('_clientela_consent', '_clientela_device')",
        "DELETE FROM 'wp_wc_orders_meta' WHERE meta_key IN ('_clientela_consent', '_clientela_device')",
        "DELETE FROM wp_options WHERE option_name LIKE '\\_transient\\_clientela\\_%' "
        "OR option_name LIKE '\\_transient\\_timeout\\_clientela\\_%'",
    ]


async def test_it_says_that_it_works_with_tables_of_orders_and_with_blocks(woo: Woo) -> None:
    assert await woo(["declared"]) == [{"custom_order_tables": True, "cart_checkout_blocks": True}]


def test_every_file_is_php() -> None:
    php_cli.require_php()
    files = sorted(PLUGIN.rglob("*.php"))
    assert len(files) > 10
    for file in files:
        subprocess.run(["php", "-l", str(file)], check=True, capture_output=True)


def test_what_is_pure_knows_no_wordpress() -> None:
    for file in (PLUGIN / "src").glob("*.php"):
        text = re.sub(r"/\*.*?\*/|//.*", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"WC_|\bwp_|\bwc_|get_option|add_action|apply_filters|esc_|\b__\(", text), file


def test_everything_said_to_people_can_be_translated() -> None:
    """The template of translations has each text of the code, and no other."""
    called = re.compile(r"""(?:esc_html)?__\(\s*'((?:[^'\\]|\\.)*)',\s*'clientela'\)""")
    said = {text for file in PLUGIN.rglob("*.php") for text in called.findall(file.read_text())}
    template = (PLUGIN / "languages" / "clientela.pot").read_text()
    assert len(said) > 10
    assert set(re.findall(r'^msgid "(.+)"$', template, re.MULTILINE)) == said
