"""Spreadsheets on the pages: faults in their cells, all or nothing, the same file twice, whose they are."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from reservations.declarations.models import Declaration, Sheet
from reservations.declarations.sheets_columns import DECLARATIONS, WISHES
from reservations.models import Request
from tests import factories as make
from tests.api.forms import reader, text
from tests.cast import Cast
from web.declared import standing

HEAD = {"own_reference": "TEA-1", "port": "MOHAN", "direction": "inbound", "mode": "0110"}
ROW = HEAD | {
    "consignor.name": "Vientiane Chips",
    "consignor.country": "LA",
    "consignee.name": "Bangkok Boards",
    "consignee.country": "TH",
    "goods.hs_code": "854231",
    "goods.description": "集成电路",
    "goods.packages": "10",
    "goods.net_kg": "900",
    "goods.gross_kg": "1000",
    "goods.value": "50000",
    "goods.currency": "USD",
    "goods.origin": "LA",
    "vehicles.country": "LA",
    "vehicles.plate": "ກຂ 1234",
}


@pytest.fixture
def office(cast: Cast) -> Client:
    return reader(cast.dispatcher)


def a_csv(*rows: dict[str, str], code: str = "utf-8", name: str = "list.csv") -> SimpleUploadedFile:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode(code))


def sent(office: Client, file: SimpleUploadedFile, kind: str = "declarations") -> Any:
    return office.post(reverse("web:sheets"), {"kind": kind, "file": file}, follow=True)


def take(office: Client, **said: str) -> Any:
    sheet = Sheet.objects.order_by("-pk").first()
    assert sheet
    return office.post(reverse("web:sheet_take", args=[sheet.ref]), said, follow=True)


# ---------------------------------------------------------------- declarations
def test_sheet__rows_of_one_reference__become_one_declaration_with_all_its_goods(cast: Cast, office: Client) -> None:
    second = {"own_reference": "TEA-1", "goods.hs_code": "080450", "goods.description": "mangoes"}
    other = ROW | {"own_reference": "TEA-2"}
    page = sent(office, a_csv(ROW, second, other, code="gb18030"))
    assert "2 declarations, no fault in the file." in text(page)
    assert not Declaration.objects.exists()  # nothing counts before it is taken in
    take(office, give_in="on")
    first, last = Declaration.objects.order_by("pk")
    assert [line["hs_code"] for line in first.content["goods"]] == ["854231", "080450"]
    assert first.content["goods"][0]["description"] == "集成电路"
    assert len(first.content["vehicles"]) == 1
    assert last.own_reference == "TEA-2"


def test_sheet__one_cell_wrong_of_many_rows__stands_in_its_place_and_nothing_is_taken_in(
    cast: Cast, office: Client
) -> None:
    rows = [ROW | {"own_reference": f"R-{n}"} for n in range(30)]
    rows[20]["port"] = "NOWHERE"
    page = sent(office, a_csv(*rows))
    assert "1 row has faults." in text(page)
    assert "NOWHERE Not known here." in text(page)
    assert take(office).status_code == 409
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"goods.description": '=HYPERLINK("http://x")'}, "A formula or the like."),
        ({"mode": "7777"}, "Not known here."),
        ({"direction": ""}, "This is missing."),
        ({"trips": "0"}, "A whole number from 1"),
        ({"own_reference": ""}, "Each row needs your reference"),
        ({"own_reference": "x" * 61}, "at most 60 characters"),
    ],
)
def test_sheet__fault_of_a_cell__is_told_in_it(cast: Cast, office: Client, more: dict[str, str], words: str) -> None:
    page = sent(office, a_csv(ROW | more))
    assert words in text(page)
    assert "row has faults" in text(page)


def test_sheet__value_that_differs_within_a_reference__is_a_fault(cast: Cast, office: Client) -> None:
    page = sent(office, a_csv(ROW, ROW | {"mode": "1210"}))
    assert "Differs from row 2" in text(page)


def test_sheet__what_the_check_finds__stands_in_the_cell_and_comes_in_as_a_draft(cast: Cast, office: Client) -> None:
    page = sent(office, a_csv(ROW | {"goods.hs_code": "999999"}))
    assert "1 of them is not executable yet" in text(page)
    take(office, give_in="on")
    assert Declaration.objects.get().state == "draft"


def test_sheet__heading_in_chinese_and_an_unknown_column__is_read(cast: Cast, office: Client) -> None:
    with override("zh-hans"):
        titles = {column.code: column.title for column in DECLARATIONS}
    page = sent(office, a_csv({titles[code]: value for code, value in ROW.items()} | {"备注": "x"}))
    assert "1 declaration, no fault in the file." in text(page)
    assert "备注" in text(page)


def test_sheet__heading_without_what_is_needed__is_told_with_the_columns(cast: Cast, office: Client) -> None:
    page = sent(office, a_csv({"something": "else"}))
    assert "Not found: your reference, port" in text(page)


def test_sheet__the_same_file_twice__is_told_and_taken_in_again_only_when_meant(cast: Cast, office: Client) -> None:
    sent(office, a_csv(ROW))
    take(office)
    Declaration.objects.update(own_reference="")  # so that the reference itself does not stop it
    page = sent(office, a_csv(ROW))
    assert "This very file was taken in before" in text(page)
    assert take(office).status_code == 409
    assert Declaration.objects.count() == 1
    take(office, again="on")
    assert Declaration.objects.count() == 2


def test_take__done__each_stands_under_its_own_name_with_its_state(cast: Cast, office: Client) -> None:
    sent(office, a_csv(ROW, ROW | {"own_reference": "TEA-2", "goods.hs_code": "999999"}))
    shown = text(take(office, give_in="on"))
    for row in Declaration.objects.all():
        assert f"{row.own_reference} {standing(row).title} {row.ref}" in shown
    truck = make.a_vehicle(organisation=cast.carrier)
    sent(office, a_csv(a_wish(cast, truck.plate)), "wishes")
    shown, wish = text(take(office)), Request.objects.get()
    assert f"{truck.plate} {wish.get_state_display()} {wish.ref}" in shown


def test_take__pressed_twice__takes_it_in_once(cast: Cast, office: Client) -> None:
    sent(office, a_csv(ROW))
    take(office)
    assert take(office).status_code == 200
    assert Declaration.objects.count() == 1


def test_sheet__reference_used_before__is_a_fault_of_its_cell(cast: Cast, office: Client) -> None:
    sent(office, a_csv(ROW))
    take(office)
    page = sent(office, a_csv(ROW | {"trips": "2"}))
    assert "Another declaration of yours has this reference." in text(page)


def test_sheet__bomb_program_or_picture__is_refused_on_the_form(cast: Cast, office: Client) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            packed.writestr(name, "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(100_000_000))
    for data in (bomb.getvalue(), b"MZ\x90\x00", b"\x89PNG\r\n\x1a\n\x00"):
        answer = sent(office, SimpleUploadedFile("list.xlsx", data))
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
    assert not Sheet.objects.exists()


def test_template__filled_in__is_read(cast: Cast, office: Client) -> None:
    for kind, columns in (("declarations", DECLARATIONS), ("wishes", WISHES)):
        answer = office.get(reverse("web:sheet_template", args=[kind]))
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert [cell.value for cell in book.worksheets[0][1]] == [column.title for column in columns]
    assert office.get(reverse("web:sheet_template", args=["nothing"])).status_code == 404


def test_template__with_one_row_typed__comes_back_without_a_fault(cast: Cast, office: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(office.get(reverse("web:sheet_template", args=["declarations"])).content))
    for place, column in enumerate(DECLARATIONS, start=1):
        book.worksheets[0].cell(row=2, column=place, value=ROW.get(column.code))
    file = io.BytesIO()
    book.save(file)
    assert "1 declaration, no fault" in text(sent(office, SimpleUploadedFile("mine.xlsx", file.getvalue())))


def test_sheet__of_another_organisation__is_not_found(cast: Cast, office: Client) -> None:
    sent(office, a_csv(ROW))
    sheet = Sheet.objects.get()
    stranger = reader(cast.other_dispatcher)
    assert stranger.get(reverse("web:sheet", args=[sheet.ref])).status_code == 404
    assert stranger.post(reverse("web:sheet_take", args=[sheet.ref])).status_code == 404


# ---------------------------------------------------------------- wishes
def a_wish(cast: Cast, plate: str, **more: str) -> dict[str, str]:
    said = {"port": cast.port.code, "service_date": "2026-03-03", "country": "CN", "plate": plate}
    return said | {"cargo_kind": "general", "preferred_at": "10:00", "latest_at": "14:00"} | more


def test_wishes__each_row__asks_for_a_place(cast: Cast, office: Client) -> None:
    trucks = [make.a_vehicle(organisation=cast.carrier) for _ in range(3)]
    page = sent(office, a_csv(*(a_wish(cast, truck.plate) for truck in trucks)), "wishes")
    assert "3 wishes, no fault in the file." in text(page)
    take(office)
    assert {row.vehicle_id for row in Request.objects.all()} == {truck.pk for truck in trucks}


def test_wishes__trailer_with_the_plate_of_a_truck__is_not_meant(cast: Cast, office: Client) -> None:
    truck = make.a_vehicle(organisation=cast.carrier, country="LA")
    make.a_vehicle(organisation=cast.carrier, country="LA", plate=truck.plate, plate_class="trailer")
    sent(office, a_csv(a_wish(cast, truck.plate, country="LA")), "wishes")
    take(office)
    assert Request.objects.get().vehicle == truck


def test_wishes__driver_of_a_truck_is_known__he_hears_of_it(cast: Cast, office: Client) -> None:
    mate = make.a_driver()
    driven, idle = make.a_vehicle(driver=mate, organisation=cast.carrier), make.a_vehicle(organisation=cast.carrier)
    sent(office, a_csv(a_wish(cast, driven.plate), a_wish(cast, idle.plate)), "wishes")
    take(office)
    assert dict(Request.objects.values_list("vehicle", "driver")) == {driven.pk: mate.pk, idle.pk: cast.dispatcher.pk}


@pytest.mark.parametrize(
    "typed", ["10:00", "2026-03-03 10:00", "2026-03-03T02:00:00Z", "2026-03-03T09:00:00+07:00", "02:00Z"]
)
def test_wishes__time_with_a_zone__is_that_moment_and_without_one_the_ports(
    cast: Cast, office: Client, typed: str
) -> None:
    truck = make.a_vehicle(organisation=cast.carrier)
    sent(office, a_csv(a_wish(cast, truck.plate, preferred_at=typed)), "wishes")
    take(office)
    assert Request.objects.get().preferred_at.hour == 2


def test_wishes__one_refused_by_the_rules__takes_none_and_says_which_row(cast: Cast, office: Client) -> None:
    trucks = [make.a_vehicle(organisation=cast.carrier) for _ in range(2)]
    rows = [a_wish(cast, trucks[0].plate), a_wish(cast, trucks[1].plate, cargo_kind="bulk")]
    sent(office, a_csv(*rows), "wishes")
    answer = take(office)
    assert answer.status_code == 409
    assert "1 row has faults." in text(answer)
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"plate": "云Z99999"}, "No truck of yours"),
        ({"service_date": "soon"}, "Write the day like"),
        ({"service_date": "9999-12-31"}, "Write the day like"),
        ({"service_date": "0001-01-01"}, "Write the day like"),
        ({"preferred_at": "noon"}, "Write the time like"),
        ({"preferred_at": "0001-01-01T00:00:00+14:00"}, "Write the time like"),
        ({"travel_minutes": "an hour"}, "Write whole minutes"),
        ({"declaration": "F-000000000"}, "No live declaration of yours"),
        ({"cargo_kind": "gold"}, "Not known here."),
    ],
)
def test_wishes__fault_of_a_cell__is_told_in_it(cast: Cast, office: Client, more: dict[str, str], words: str) -> None:
    truck = make.a_vehicle(organisation=cast.carrier)
    assert words in text(sent(office, a_csv(a_wish(cast, truck.plate) | more), "wishes"))


def test_wishes__the_same_truck_twice__is_a_fault(cast: Cast, office: Client) -> None:
    truck = make.a_vehicle(organisation=cast.carrier)
    page = sent(office, a_csv(a_wish(cast, truck.plate), a_wish(cast, truck.plate)), "wishes")
    assert "This truck is in row 2 already." in text(page)


# ---------------------------------------------------------------- what is far too big
def test_upload__of_200_mb__is_refused_in_words_before_it_is_read(cast: Cast, office: Client) -> None:
    class Never(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("nothing of it may be read")

    for path, words in ((reverse("web:sheets"), "12 MB"), ("/api/v1/oauth/token", "body_too_large")):
        stated = {
            "CONTENT_LENGTH": "200000000",
            "wsgi.input": Never(),
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
        }
        answer = office.post(path, **stated)
        assert answer.status_code == 413
        assert words in answer.content.decode()
