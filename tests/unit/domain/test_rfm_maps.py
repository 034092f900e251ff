"""The segment maps are exact partitions, and they are the published ones."""

import json
import os
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from app.domain import rfm, rfm_maps

SHARED = Path(os.environ.get("CLIENTELA_SHARED_DIR", Path(__file__).resolve().parents[3] / "../shared"))
PUBLISHED = SHARED / "data/rfm_sets.json"

TABLES = {
    "rfm125": (rfm_maps.RFM125, 5, 3, "rfm125_exact_partition"),
    "rf25": (rfm_maps.RF25, 5, 2, "rf25_regex_map"),
    "r_fm": (rfm_maps.R_FM, 5, 2, "r_fm25"),
    "pymc4": (rfm_maps.PYMC4, 4, 3, "pymc_quartile_5"),
}


def all_codes(scale, length):
    return {"".join(map(str, digits)) for digits in product(range(1, scale + 1), repeat=length)}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_each_of_its_codes_exactly_once(name):
    rows, scale, length, _ = TABLES[name]
    times = Counter(key for _, row in rows for key in row.split())
    assert set(times) == all_codes(scale, length)
    assert set(times.values()) == {1}
    assert len({segment for segment, _ in rows}) == len(rows)


@pytest.mark.parametrize("name", rfm_maps.MAPS)
def test_a_map_covers_every_code_of_its_scale_and_ranks_every_segment(name):
    segment_map = rfm_maps.MAPS[name]
    assert segment_map.id == name
    assert segment_map.version == 1
    assert set(segment_map.cells) == all_codes(segment_map.scale, 3)
    assert set(segment_map.cells.values()) == set(segment_map.order)
    assert len(set(segment_map.order)) == len(segment_map.order)
    assert [segment_map.rank(segment) for segment in segment_map.order] == list(range(len(segment_map.order)))
    assert segment_map.top == segment_map.segment_of(str(segment_map.scale) * 3)
    assert all(segment.isascii() and segment == segment.lower() and " " not in segment for segment in segment_map.order)
    assert rfm.PROSPECT not in segment_map.order


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_published_one(name):
    if not PUBLISHED.exists():
        pytest.skip("the folder shared is not beside the project")
    rows, scale, length, key = TABLES[name]
    published = {
        segment.lower().replace(" ", "_"): set(keys)
        for segment, keys in json.loads(PUBLISHED.read_text())[key]["map"].items()
    }
    if name == "pymc4":
        published["other"] = all_codes(scale, length) - set().union(*published.values())
    assert {segment: set(row.split()) for segment, row in rows} == published


@pytest.mark.parametrize(
    ("name", "code", "segment"),
    [
        ("rfm125", "555", "champions"),
        ("rfm125", "311", "new_customers"),
        ("rf25", "511", "new_customers"),
        ("rf25", "515", "new_customers"),
        ("rf25", "255", "cant_lose"),
        ("r_fm", "512", "potential_loyalists"),
        ("r_fm", "545", "champions"),
        ("r_fm", "111", "lost"),
        ("r_fm", "112", "hibernating"),
        ("pymc4", "442", "other"),
        ("edrone4", "444", "champions"),
        ("edrone4", "443", "443"),
    ],
)
def test_a_code_has_the_segment_of_its_map(name, code, segment):
    assert rfm_maps.MAPS[name].segment_of(code) == segment


def test_a_code_of_another_scale_has_no_segment():
    with pytest.raises(ValueError, match="pymc4 has no code 555"):
        rfm_maps.MAPS["pymc4"].segment_of("555")


@pytest.mark.parametrize(
    "rows",
    [
        (("a", "1 2"), ("b", "2")),
        (("a", "1 2 3"),),
        (("a", "1"),),
    ],
    ids=["named twice", "no code", "left out"],
)
def test_a_table_that_is_no_partition_is_refused(rows):
    with pytest.raises(ValueError):
        rfm_maps.partition(rows, {"1", "2"})


@pytest.mark.parametrize(("name", "falls"), [("rfm125", 15), ("rf25", 0), ("r_fm", 0), ("pymc4", 8), ("edrone4", 0)])
def test_buying_again_rarely_lowers_the_rank(name, falls):
    """The figures of the module docstring: R to its top, F and M each as before or one more."""
    segment_map = rfm_maps.MAPS[name]
    top = segment_map.scale
    lowered = 0
    for code in segment_map.cells:
        f, m = int(code[1]), int(code[2])
        before = segment_map.rank(segment_map.segment_of(code))
        for f2, m2 in product({f, min(f + 1, top)}, {m, min(m + 1, top)}):
            lowered += segment_map.rank(segment_map.segment_of(f"{top}{f2}{m2}")) > before
    assert lowered == falls
