"""The pre-check: each law of it, broken once; warnings never block; what others must do is awaited, not mended."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reservations.declarations import codes
from reservations.declarations.check_labels import label_of_check
from reservations.declarations.checks import Finding, check, state_for
from reservations.declarations.checks_case import number
from reservations.declarations.checks_kinds import KINDS, Ruling
from reservations.declarations.content import Content, ShapeWrong, blank, leaves, merged, shaped
from reservations.declarations.finding_words import WORDS, words
from tests.parts.declaring import a_content, a_line, a_party

DATA = Path(__file__).parents[1] / "data" / "ids"
TODAY = date(2026, 3, 2)
FILES = {"invoice", "packing_list", "dangerous_goods", "phytosanitary"}


def found(content: Content, **options: Any) -> list[Finding]:
    said: dict[str, Any] = {"mode": "0110", "direction": "outbound", "documents": FILES, "rules": {}, "today": TODAY}
    return list(check(content, **(said | options)))


def codes_of(content: Content, **options: Any) -> set[str]:
    return {f"{each.level} {each.code} {each.where}" for each in found(content, **options)}


def with_line(**fields: Any) -> Content:
    return a_content(goods=[a_line(**fields)])


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_check__nothing_missing__finds_nothing_and_is_ready() -> None:
    assert found(a_content()) == []
    assert state_for([]) == "ready"


def test_check__blank_content__names_every_group() -> None:
    wheres = {each.where for each in found(blank())}
    assert {"consignor.name", "consignee.country", "goods", "vehicles", "contract_no"} <= wheres


LINE_FAULTS: dict[str, tuple[str, Any]] = {
    "error hs_missing goods.0.hs_code": ("hs_code", ""),
    "error hs_malformed goods.0.hs_code": ("hs_code", "0902"),
    "error hs_unknown goods.0.hs_code": ("hs_code", "099999"),
    "error hs_retired goods.0.hs_code": ("hs_code", "851712"),
    "error description_missing goods.0.description": ("description", "   "),
    "warning description_vague goods.0.description": ("description", "货物"),
    "error figure_missing goods.0.packages": ("packages", ""),
    "error figure_wrong goods.0.packages": ("packages", "1.5"),
    "error figure_wrong goods.0.gross_kg": ("gross_kg", "-3"),
    "error figure_wrong goods.0.net_kg": ("net_kg", "много"),
    "error net_over_gross goods.0.net_kg": ("net_kg", 1001),
    "error value_missing goods.0.value": ("value", ""),
    "error currency_unknown goods.0.currency": ("currency", "RMB"),
    "error country_unknown goods.0.origin": ("origin", "XX"),
    "error un_malformed goods.0.un_number": ("un_number", "12O3"),
    "error un_unknown goods.0.un_number": ("un_number", "9999"),
    "error un_missing goods.0.un_number": ("hazard_class", "3"),
    "error hazard_class_unknown goods.0.hazard_class": ("hazard_class", "10"),
    "error text_too_long goods.0.description": ("description", "x" * 301),
}


@pytest.mark.parametrize(("expected", "change"), LINE_FAULTS.items(), ids=LINE_FAULTS)
def test_check__one_field_of_a_line_wrong__is_the_one_finding(expected: str, change: tuple[str, Any]) -> None:
    assert expected in codes_of(with_line(**dict([change])))


@pytest.mark.parametrize(
    ("un", "said", "code"),
    [
        ("UN1203", "", None),
        ("1203", "3", None),
        ("UN1203", "8", "hazard_class_differs"),
        ("UN 0012", "1.4S", None),
        ("3500", "", "hazard_class_missing"),
        ("0499", "3", "hazard_class_differs"),
        ("3500", "1.1", "hazard_class_differs"),
        ("2037", "2.1", None),
        ("2037", "", "hazard_class_missing"),
    ],
)
def test_check__un_number_and_class__agree_or_are_told(un: str, said: str, code: str | None) -> None:
    told = [each.code for each in found(with_line(un_number=un, hazard_class=said))]
    assert told == ([code] if code else [])


def test_check__retired_hs_code__says_what_it_was_and_where_to_look() -> None:
    [finding] = found(with_line(hs_code="8517.12.1010"))
    with translation.override("en"):
        told = words(finding)
    assert "no longer exists" in told.what
    assert "851713" in told.how
    assert not set(codes.hs_retired()) & set(codes.hs())


@pytest.mark.parametrize("row", rows("iso6346.csv"), ids=lambda row: row["number"])
def test_check__published_container_numbers__are_judged_by_their_check_digit(row: dict[str, str]) -> None:
    content = a_content(containers=[{"number": row["number"], "seal": "1"}])
    assert (found(content) == []) == (row["valid"] == "true")


@pytest.mark.parametrize("row", rows("cn_uscc.csv"), ids=lambda row: row["code"])
def test_check__published_credit_codes__are_judged_by_their_check_character(row: dict[str, str]) -> None:
    assert (found(a_content(consignor=a_party(credit_code=row["code"]))) == []) == (row["valid"] == "true")


def test_check__credit_code__asked_of_chinese_parties_only() -> None:
    assert codes_of(a_content(consignor=a_party(credit_code=""))) == {"error credit_code_missing consignor.credit_code"}


def test_check__sums_that_do_not_add_up__are_told_with_both_figures() -> None:
    told = found(a_content(goods=[a_line(), a_line()], totals={"packages": 19, "gross_kg": "2,100"}))
    assert [(each.code, dict(each.figures)) for each in told] == [
        ("packages_differ", {"total": "19", "lines": "20"}),
        ("gross_differs", {"total": "2100", "lines": "2000"}),
    ]


def test_check__gross_within_the_tolerance__is_fine() -> None:
    assert found(a_content(totals={"packages": 10, "gross_kg": 1005})) == []
    assert found(a_content(totals={"packages": 10, "gross_kg": 1006}))


def test_check__more_than_the_trips_can_carry__warns() -> None:
    heavy = with_line(gross_kg=60_000)
    assert [each.code for each in found(heavy)] == ["too_heavy"]
    assert found(heavy, trips=2) == []


def test_check__vehicles_to_be_named__is_awaited_and_no_error() -> None:
    findings = found(a_content(vehicles=[], vehicles_to_be_named=True))
    assert [(each.level, each.code) for each in findings] == [("waiting", "vehicles_to_be_named")]
    assert state_for(findings) == "submitted"


def test_check__same_vehicle_and_container_twice__is_told() -> None:
    twice = a_content(
        vehicles=[{"country": "CN", "plate": "云A12345"}, {"country": "cn", "plate": "云A·12345"}],
        containers=[{"number": "CSQU3054383", "seal": "1"}, {"number": "csqu 305438-3", "seal": "2"}],
    )
    assert codes_of(twice) == {
        "error container_twice containers.1.number",
        "error vehicle_twice vehicles.1.plate",
    }


@pytest.mark.parametrize(
    ("band", "code"),
    [
        ({"min_c": 8, "max_c": 2}, "temperature_band"),
        ({"min_c": "cold", "max_c": 2}, "temperature_wrong"),
        ({"min_c": -99, "max_c": 2}, "temperature_wrong"),
        ({"min_c": 2, "max_c": 8, "spoils_at": "2026-03-01"}, "spoils_past"),
        ({"min_c": 2, "max_c": 8, "spoils_at": "02/03/2026"}, "spoils_wrong"),
        ({"min_c": 2, "max_c": 8, "spoils_at": "2026-03-02T18:00"}, None),
    ],
)
def test_check__temperature_and_time__are_judged(band: dict[str, Any], code: str | None) -> None:
    assert [each.code for each in found(a_content(temperature=band))] == ([code] if code else [])


def test_check__perishable_without_a_band__warns_and_blocks_nothing() -> None:
    findings = found(with_line(hs_code="080390"))
    assert {(each.level, each.code) for each in findings} == {("warning", "temperature_missing")}
    assert state_for(findings) == "ready"


def test_check__import_under_an_export_mode__is_an_error() -> None:
    assert "error mode_direction mode" in codes_of(a_content(), mode="1039", direction="inbound")


def test_check__document_that_may_follow__is_awaited() -> None:
    strict = {"document_origin": Ruling("error")}
    lenient = {"document_origin": Ruling("error", {"may_follow": True})}
    assert [each.level for each in found(a_content(), rules=strict)] == ["error"]
    assert [each.level for each in found(a_content(), rules=lenient)] == ["waiting"]


def test_check__rule_off_warning_error__is_obeyed() -> None:
    vague = with_line(description="x")
    for level in ("error", "warning"):
        assert [each.level for each in found(vague, rules={"description_vague": Ruling(level)})] == [level]
    assert found(vague, rules={"description_vague": Ruling("off")}) == []


def test_check__customs_release_asked_strictly__is_still_only_awaited() -> None:
    assert [each.level for each in found(a_content(), rules={"customs_release": Ruling("error")})] == ["waiting"]


def test_check__two_hundred_bad_lines__is_cut_off() -> None:
    assert len(found(a_content(goods=[a_line(hs_code="x", origin="", value="") for _ in range(200)]))) == 300


def test_words__every_check__is_said_and_filled() -> None:
    assert set(WORDS) == set(KINDS)
    everything = a_content(
        goods=[a_line(**{name: value}) for name, value in LINE_FAULTS.values()],
        containers=[{"number": "MSCU6639871", "seal": ""}, {"number": "?", "seal": ""}],
        vehicles=[{"country": "", "plate": "--"}],
        totals={"packages": 1, "gross_kg": 1},
        temperature={"min_c": 9, "max_c": 1, "spoils_at": "x"},
        next_step="moon",
    )
    for finding in found(everything, rules={code: Ruling("error") for code in KINDS}, documents=()):
        told = words(finding)
        assert told.what
        assert told.why
        assert told.how
        assert "%(" not in "".join((told.where, told.what, told.why, told.how))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,250", "1250"),
        ("1.250,5", None),
        ("1,250.5", "1250.5"),
        ("12,5", "12.5"),
        ("１２", "12"),
        ("1 250", "1250"),
        ("1e3", "1000"),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        ("1_0", None),
        ("0,125", "0.125"),
        ("1,25,0", None),
        ("1e99999999", None),
        ("9" * 16, None),
        ("-5", "-5"),
    ],
)
def test_number__as_people_write_it__is_read_or_refused(typed: str, read: str | None) -> None:
    got = number(typed)
    assert (None if got is None else f"{got.normalize():f}") == read


@pytest.mark.parametrize(
    ("raw", "where", "why"),
    [
        ([], "", "not_an_object"),
        ({"goods": {}}, "goods", "not_a_list"),
        ({"goods": [1]}, "goods.0", "not_an_object"),
        ({"goods": [{"hs_code": []}]}, "goods.0.hs_code", "not_a_value"),
        ({"goods": [{"hs_code": True}]}, "goods.0.hs_code", "not_a_value"),
        ({"goods": [{"net_kg": float("nan")}]}, "goods.0.net_kg", "not_a_value"),
        ({"goods": [{"net_kg": 10**40}]}, "goods.0.net_kg", "too_long"),
        ({"goods": [{}] * 201}, "goods", "too_many"),
        ({"colour": "red"}, "colour", "unknown"),
        ({"consignor": {"name": "a\x00b"}}, "consignor.name", "not_a_value"),
        ({"consignor": {"name": "\ud800"}}, "consignor.name", "not_a_value"),
        ({"consignor": {"name": "x" * 2001}}, "consignor.name", "too_long"),
        ({"vehicles_to_be_named": "yes"}, "vehicles_to_be_named", "not_a_value"),
    ],
)
def test_shaped__what_cannot_be_kept__is_named(raw: Any, where: str, why: str) -> None:
    with pytest.raises(ShapeWrong) as problem:
        shaped(raw)
    assert (problem.value.where, problem.value.why) == (where, why)


def test_merged__one_field_of_a_group__keeps_the_others() -> None:
    changed = merged(a_content(), {"consignor": {"name": "New"}, "goods": []})
    assert changed["consignor"]["name"] == "New"
    assert changed["consignor"]["country"] == "CN"
    assert changed["goods"] == []


LEAF = st.one_of(st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.none())


@given(st.lists(LEAF, min_size=60, max_size=60))
def test_check__anything_typed_anywhere__never_breaks_it_and_can_be_said(values: list[Any]) -> None:
    content = a_content()
    fields = [where for where, _ in leaves(content)]
    for where, value in zip(fields, values, strict=False):
        *path, name = where.split(".")
        target: Any = content
        for part in path:
            target = target[int(part)] if part.isdigit() else target[part]
        target[name] = value
    try:
        kept = shaped(content)
    except ShapeWrong:
        return
    for finding in found(kept):
        assert words(finding).what


def test_label_of_check__names_each_check() -> None:
    assert all(label_of_check(code) for code in KINDS)
    with translation.override("en"):
        assert label_of_check("hs_missing") == "Goods: HS code"
        assert label_of_check("customs_release") == "the whole declaration"


@pytest.mark.parametrize("amount", ["0", "-5", "x"])
def test_check__a_line_without_an_amount__is_told_at_the_line_and_in_no_sum(amount: str) -> None:
    content = a_content(goods=[a_line(packages=amount), a_line()], totals={"packages": 10, "gross_kg": ""})
    said = codes_of(content)
    assert "error figure_wrong goods.0.packages" in said
    assert not any("packages_differ" in each for each in said)


def test_check__hs_code_as_a_spreadsheet_gives_it__is_read() -> None:
    assert codes_of(with_line(hs_code=90210.0)) != codes_of(with_line(hs_code=400122.0))
    assert not any("hs_" in each for each in codes_of(with_line(hs_code=400122.0)))
