"""The 27 ports and the holidays as files: counts, sources, codes and places, before any database."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

DATA = Path(__file__).resolve().parents[2] / "yards" / "data"
PORTS = json.loads((DATA / "ports.json").read_text(encoding="utf-8"))
BY_CODE = {port["code"]: port for port in PORTS}
DAYS = [
    day
    for name in ("holidays_cn.json", "holidays_other.json")
    for day in json.loads((DATA / name).read_text(encoding="utf-8"))["days"]
]
YUNNAN = {"lat": (21.1, 29.3), "lon": (97.5, 106.2)}  # bounding box of the province, degrees


def codes_where(**wanted: object) -> set[str]:
    return {p["code"] for p in PORTS if all(p[key] == value for key, value in wanted.items())}


def test_ports__all_rows__are_27_of_the_kinds_of_table_3() -> None:
    assert len(PORTS) == 27
    assert Counter(p["kind"] for p in PORTS) == {"road": 18, "rail": 2, "air": 4, "water": 3}


def test_ports__table_1_rows__are_1_to_27_without_11_and_zhangfeng_apart() -> None:
    rows = sorted(p["table1_row"] for p in PORTS if p["table1_row"] is not None)
    assert rows == [*range(1, 11), *range(12, 28)]
    assert codes_where(table1_row=None) == {"ZHANGFENG"}
    assert BY_CODE["ZHANGFENG"]["county_zh"] == "陇川县"
    assert "4.1" in BY_CODE["ZHANGFENG"]["source"]


def test_ports__levels__are_the_counts_of_section_3_2() -> None:
    # Section 3.2: 11 first-class highways, 7 second-class ports (all highways).
    road = Counter(p["level"] for p in PORTS if p["kind"] == "road")
    assert road == {"first": 11, "second": 7}
    assert {p["level"] for p in PORTS if p["kind"] in ("air", "water")} == {""}


def test_ports__spelling_of_table_1__is_kept_where_it_differs() -> None:
    assert BY_CODE["HOUQIAO"]["name_paper"] == "Houping"
    assert BY_CODE["MOHAN"]["county_paper"] == "Kunming City"


def test_ports__codes__are_unique_short_slugs() -> None:
    assert len(BY_CODE) == 27
    assert all(re.fullmatch(r"[A-Z]+(-[A-Z]+)?", code) and len(code) <= 20 for code in BY_CODE)


def test_ports__every_row__has_a_source_and_both_names() -> None:
    for port in PORTS:
        assert port["source"].startswith(("Table 1 row ", "Section 4.1")), port["code"]
        assert "General knowledge" in port["source"], port["code"]
        assert port["name_en"].isascii()
        assert re.search(r"[\u4e00-\u9fff]", port["name_zh"])
        assert re.fullmatch(r"53[0-9]{4}", port["county_code"])


@pytest.mark.parametrize("port", PORTS, ids=lambda p: p["code"])
def test_ports__coordinates__lie_inside_yunnan(port: dict) -> None:
    for axis, (low, high) in YUNNAN.items():
        assert low <= port[axis] <= high


def test_ports__time_zones__exist_and_follow_the_far_country() -> None:
    zones = {"MM": "Asia/Yangon", "VN": "Asia/Ho_Chi_Minh", "LA": "Asia/Vientiane", "": ""}
    for port in PORTS:
        assert ZoneInfo(port["tz"]).key == "Asia/Shanghai"
        assert port["counterpart_tz"] == zones[port["counterpart_country"]]
        if port["counterpart_tz"]:
            assert ZoneInfo(port["counterpart_tz"])


def test_ports__counterparts__belong_to_land_ports_only() -> None:
    for port in PORTS:
        on_land = port["kind"] in ("road", "rail")
        assert bool(port["counterpart_country"]) == bool(port["counterpart_zh"]) == on_land, port["code"]
    assert Counter(p["counterpart_country"] for p in PORTS) == {"MM": 11, "VN": 6, "LA": 3, "": 7}


def test_ports__positioning_and_tier__are_those_of_table_2_and_section_4_1() -> None:
    assert Counter(p["positioning"] for p in PORTS) == {
        "hub": 9, "national": 7, "ordinary": 6, "incubation": 4, "": 1,
    }  # fmt: skip
    assert codes_where(positioning="") == {"SIMAO"}
    assert codes_where(tier="core") == {"KUNMING-AIR"}
    assert codes_where(tier="hub") == {"MOHAN", "MOHAN-RAIL", "HEKOU", "HEKOU-RAIL", "RUILI"}
    assert codes_where(tier="node") == {"QINGSHUIHE", "HOUQIAO", "TIANBAO", "GUANLEI"}


def test_ports__clusters__are_those_of_section_4_1() -> None:
    assert Counter(p["cluster"] for p in PORTS) == {"ruili": 11, "hekou": 6, "mohan": 4, "kunming": 4, "": 2}
    assert codes_where(cluster="") == {"SIMAO", "JINGHONG"}
    assert codes_where(cluster="kunming") == codes_where(kind="air")


def test_ports__unlocodes__are_chinese_and_say_where_they_were_read() -> None:
    for port in PORTS:
        assert re.fullmatch(r"(CN[A-Z2-9]{3})?", port["unlocode"]), port["code"]
        if port["unlocode"]:
            assert f"UN/LOCODE {port['unlocode']} " in port["source"]


def test_holidays__every_day__is_a_date_of_a_known_country_once() -> None:
    keys = [(day["country"], date.fromisoformat(day["date"])) for day in DAYS]
    assert len(keys) == len(set(keys))
    assert {country for country, _ in keys} == {"CN", "VN", "LA", "MM"}


def test_holidays__china_2026__has_the_make_up_workdays() -> None:
    off = {day["date"]: day["is_off"] for day in DAYS if day["country"] == "CN"}
    assert off["2026-02-17"] is True
    assert off["2026-02-14"] is False  # a Saturday worked for Spring Festival
    assert off["2026-10-10"] is False
