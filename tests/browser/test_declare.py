"""Declaring in a real browser: saved as it is typed, what is missing follows, each item leads to its field; and how the pages look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reservations.declarations.models import Declaration
from reservations.declarations.sheets import MOST_BYTES
from tests import factories as make
from tests.api.test_pages_declarations_staff import given_in
from tests.api.test_pages_declare import a_draft, page_of
from tests.api.test_pages_declare_sheets import ROW, a_csv
from tests.browser.looking import a_living_port, add_cookie, faults_on, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.stack]

#: Cells of one word, without what is told of it, whose word does not stand on one line.
BROKEN = """
    (cells) => cells.map((cell) => cell.firstChild).filter((words) => /^[\\w-]+$/.test(words?.data ?? "")).filter((words) => {
      const range = document.createRange();
      range.selectNode(words);
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
    }).map((words) => words.data)
"""


@pytest.fixture
def cast(page: Any) -> Cast:
    return a_living_port()


@pytest.fixture
def office(page: Any, cast: Cast) -> Any:
    sign_in(page, cast.dispatcher)
    return page


def field(page: Any, address: str) -> Any:
    return page.locator(f'[id="{address}"]')


def test_declaration__typed__is_saved_and_what_is_missing_follows(office: Any, cast: Cast) -> None:
    row = a_draft(cast)
    office.goto(page_of(row))
    hs = field(office, "goods.0.hs_code")
    hs.fill("99")
    expect(office.locator("[data-saved]")).to_have_text("all saved")
    told = field(office, "goods.0.hs_code_told")
    expect(told).to_contain_text("99")
    expect(hs).to_have_attribute("aria-invalid", "true")

    office.locator(".fix-list").get_by_role("link", name="Goods 1: HS code").click()
    expect(hs).to_be_focused()
    hs.fill("854231")
    expect(told).to_be_empty()
    office.reload()
    expect(hs).to_have_value("854231")  # no button was pressed
    assert Declaration.objects.get(pk=row.pk).content["goods"][0]["hs_code"] == "854231"


def test_declaration__lines_added_and_removed__keep_their_places(office: Any, cast: Cast) -> None:
    row = a_draft(cast)
    office.goto(page_of(row))
    for number, code in enumerate(("854231", "080450", "090230")):
        if number:
            office.locator('[data-add="goods"]').click()
            expect(field(office, f"goods.{number}.hs_code")).to_be_focused()
        field(office, f"goods.{number}.hs_code").fill(code)
    office.locator('[data-rows="goods"] [data-remove]').first.click()
    expect(field(office, "goods.0.hs_code")).to_have_value("080450")
    expect(office.locator('[data-rows="goods"] > *')).to_have_count(2)
    expect(office.locator("[data-saved]")).to_have_text("all saved")
    office.reload()
    expect(field(office, "goods.1.hs_code")).to_have_value("090230")


def test_file__too_big__is_told_before_anything_is_sent(office: Any, cast: Cast, tmp_path: Path) -> None:
    big = tmp_path / "big.xlsx"
    with big.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    sent: list[str] = []
    office.on("request", lambda request: sent.append(request.method))
    office.goto(reverse("web:sheets"))
    office.locator("input[type=file]").set_input_files(str(big))
    expect(office.locator(".errorlist")).to_contain_text("at most 5 MB")
    assert "POST" not in sent


def test_pages_of_declaring__in_both_languages_sizes_and_screens__have_no_faults(office: Any, cast: Cast) -> None:
    draft, ready = a_draft(cast), given_in(cast)
    office.goto(reverse("web:sheets"))
    rows = [ROW | {"own_reference": "A-1"}, ROW | {"own_reference": "A-2", "port": "NOWHERE"}]
    file = a_csv(*rows)
    office.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": file.read()})
    office.locator("form[data-upload] button").click()
    expect(office.locator(".sheet-table")).to_be_visible()
    add_cookie(office, "portlane_language", "zh-hans")
    office.reload()
    assert office.locator(".sheet-table td").evaluate_all(BROKEN) == []
    paths = [office.url, page_of(draft), page_of(ready), page_of(ready, "declaration_withdraw")]
    paths += [reverse(f"web:{name}") for name in ("declarations", "declare", "sheets")]
    assert not faults_on(office, paths, everywhere=False)


def test_pages_of_a_customs_officer__in_both_languages_sizes_and_screens__have_no_faults(page: Any, cast: Cast) -> None:
    row = given_in(cast)
    sign_in(page, make.a_staff_member("customs", port=cast.port))
    one = [reverse(f"web:staff_declaration{name}", args=[cast.port.code, row.ref]) for name in ("", "_hold")]
    lists = [
        reverse(f"web:{name}", args=[cast.port.code]) for name in ("staff_declarations", "staff_declaration_rules")
    ]
    assert not faults_on(page, [reverse("web:staff_declaration_ports"), *lists, *one], everywhere=False)
