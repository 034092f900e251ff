"""Which language a reader gets, and how it writes figures."""

from datetime import date
from decimal import Decimal

import pytest

from app.charts.axes import round_ticks, thinned
from app.charts.drawing import clean, element, fitted, width_of, wrapped
from app.charts.language import LANGUAGES, language_for
from app.charts.words import CHANNELS, SEGMENTS, WORDS, channel_name, segment_name
from app.domain.consents import Channel
from app.domain.rfm_maps import MAPS


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "de-DE,de;q=0.9", "en"),
        (None, "pt-PT", "pt-BR"),
        (None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, "de, en;q=0.5, pt-BR;q=0.7", "pt-BR"),
        (None, "es;q=0, en;q=0.1", "en"),
        (None, "es;q=x, pt;q=9, en;q=0.2", "en"),
        (None, "*", "en"),
        (None, "ES", "es"),
        ("es", "pt-BR", "es"),
        ("pt-BR", None, "pt-BR"),
    ],
)
def test_the_language_asked_for_wins_then_the_best_that_is_accepted(
    wanted: str | None, accepted: str | None, language: str
) -> None:
    assert language_for(wanted, accepted).id == language


def test_every_language_writes_figures_in_its_own_way() -> None:
    english, spanish, brazilian = (LANGUAGES[name] for name in ("en", "es", "pt-BR"))
    amount = Decimal("1234567.5")
    assert (english.number(1234567), spanish.number(1234567)) == ("1,234,567", "1.234.567")
    assert brazilian.money(amount, "BRL") == "R$ 1.234.567,50"
    assert english.money(Decimal("1234"), "CLP") == "CLP 1,234"
    assert spanish.short_money(Decimal("79300000"), "CLP") == "79,3 M CLP"
    assert english.short_money(amount, "USD") == "$1.2M"
    assert brazilian.short_money(Decimal("99999.4"), "BRL") == "R$ 99.999"
    assert [one.percent(0.1234) for one in (english, spanish, brazilian)] == ["12.3%", "12,3 %", "12,3%"]
    assert [one.percent(0.0001) for one in (english, spanish)] == ["< 0.1%", "< 0,1 %"]
    assert english.percent(0, digits=0) == "0%"
    assert brazilian.day(date(2026, 11, 5)) == "5 de nov. de 2026"


def test_no_segment_or_channel_of_ours_is_without_a_name() -> None:
    for language in LANGUAGES.values():
        for known in MAPS.values():
            for name in known.order:
                assert name in SEGMENTS or name.isdecimal()
                assert segment_name(language, name)
        for channel in Channel:
            assert channel in CHANNELS
            assert channel_name(language, channel)
    assert segment_name(LANGUAGES["es"], "my_own") == "my own"
    for table in (SEGMENTS, CHANNELS, WORDS):
        for word, texts in table.items():
            assert texts.keys() == LANGUAGES.keys(), word
            assert all(texts.values()), word


def test_places_in_texts_are_the_same_in_every_language() -> None:
    for word, texts in WORDS.items():
        places = {tuple(sorted(part.partition("}")[0] for part in text.split("{")[1:])) for text in texts.values()}
        assert len(places) == 1, word


def test_no_text_breaks_out_of_its_element() -> None:
    assert clean("<a & b>\x00\ud800") == "&lt;a &amp; b&gt;\ufffd\ufffd"
    assert element("rect", tip='"><script>') == '<rect tip="&quot;&gt;&lt;script&gt;"/>'


def test_lines_are_broken_and_shortened_to_their_room() -> None:
    assert wrapped("one two three", 10, width_of("one two", 10), lines=2) == ["one two", "three"]
    assert wrapped("", 10, 100, lines=2) == []
    for words in ("W" * 50, "a b " * 30, "ação " * 20):
        for line in wrapped(words, 12, 80, lines=2):
            assert width_of(line, 12) <= 80
    assert fitted("", 12, 1) == ""


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7, 9, 10, 99, 101, 1185, 10**6 + 1, 10**12, 0.5])
def test_ticks_are_whole_round_and_reach_the_highest(most: float) -> None:
    ticks = round_ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert all(tick == int(tick) for tick in ticks)
    assert 2 <= len(ticks) <= 6


def test_labels_are_thinned_evenly() -> None:
    assert list(thinned(5, most=10)) == [0, 1, 2, 3, 4]
    assert list(thinned(25, most=10)) == [0, 3, 6, 9, 12, 15, 18, 21, 24]
    assert list(thinned(0, most=10)) == []
