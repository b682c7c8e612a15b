"""Declarations by a program: begun, mended by the fix list, given in; with files; its own organisation's alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from reservations.declarations.models import Declaration, Document
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast

PATH = "/enterprise/declarations/"
DRAFT = {"port": "MOHAN", "direction": "inbound", "mode": "0110", "own_reference": "ERP-1"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXE = b"MZ\x90\x00" + b"\x00" * 200


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(enterprise: Caller) -> dict[str, Any]:
    made: dict[str, Any] = enterprise.post(PATH, DRAFT).json()
    return made


def changed(caller: Caller, ref: str, body: Any, *, seen: str) -> Any:
    headers = {"If-Match": seen}
    return caller.client.patch(f"/api/v1{PATH}{ref}/", body, content_type="application/json", headers=headers)


def sent(caller: Caller, ref: str, data: bytes, *, name: str = "invoice.pdf", key: str = "", **form: str) -> Any:
    body = {"kind": "invoice", "file": SimpleUploadedFile(name, data)} | form
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return caller.client.post(f"/api/v1{PATH}{ref}/documents/", body, headers=headers)


# ---------------------------------------------------------------- drafts and the fix list
def test_create__nothing_said__is_a_draft_whose_fix_list_says_what_is_missing(draft: dict[str, Any]) -> None:
    assert (draft["state"], draft["standing"], draft["port"]) == ("draft", "not_executable", "MOHAN")
    assert draft["findings"]
    assert all(told["what"] and told["how"] and told["code"] for told in draft["findings"])


def test_create__same_key__makes_one(enterprise: Caller) -> None:
    first, again = (enterprise.post(PATH, DRAFT, key="one") for _ in range(2))
    assert (again.content, Declaration.objects.count()) == (first.content, 1)


def test_create__own_reference_again__is_a_conflict(enterprise: Caller, draft: dict[str, Any]) -> None:
    answer = enterprise.post(PATH, DRAFT)
    assert (answer.status_code, answer.json()["code"]) == (409, "own_reference_used")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"mode": "9999"}, 422),
        ({"port": "NOWHERE"}, 404),
        ({"trips": 0}, 422),
        ({"content": {"nonsense": 1}}, 422),
        ({"content": [1]}, 422),
        ({"own_reference": "x" * 61}, 422),
    ],
)
def test_create__wrong_field__is_a_problem(enterprise: Caller, wrong: dict[str, Any], status: int) -> None:
    assert enterprise.post(PATH, DRAFT | wrong).status_code == status
    assert not Declaration.objects.exists()


def test_change__part_of_the_content__shrinks_the_fix_list(enterprise: Caller, draft: dict[str, Any]) -> None:
    seen = enterprise.get(f"{PATH}{draft['ref']}/")["ETag"]
    told = changed(enterprise, draft["ref"], {"content_change": {"contract_no": "C-1"}}, seen=seen)
    assert told.json()["content"]["contract_no"] == "C-1"
    assert told.json()["edition"] == draft["edition"] + 1
    before, after = ({f["where"] for f in said["findings"]} for said in (draft, told.json()))
    assert after <= before - {"contract_no"}
    assert changed(enterprise, draft["ref"], {"trips": 2}, seen=seen).status_code == 412
    assert changed(enterprise, draft["ref"], {"trips": 2}, seen="").status_code == 428


def test_submit__incomplete__needs_mending_and_is_found_by_its_state(enterprise: Caller, draft: dict[str, Any]) -> None:
    told = enterprise.post(f"{PATH}{draft['ref']}/submit/").json()
    assert (told["state"], told["standing"]) == ("needs_fix", "not_executable")
    assert [row["ref"] for row in enterprise.get(PATH, {"state": "needs_fix"}).json()["results"]] == [draft["ref"]]
    assert enterprise.get(PATH, {"state": "ready"}).json()["results"] == []


def test_copy_and_withdraw__draft__one_lives_on(enterprise: Caller, draft: dict[str, Any]) -> None:
    copy = enterprise.post(f"{PATH}{draft['ref']}/copy/").json()
    assert (copy["state"], copy["own_reference"], copy["content"]) == ("draft", "", draft["content"])
    assert enterprise.post(f"{PATH}{draft['ref']}/withdraw/").json()["state"] == "withdrawn"
    assert enterprise.post(f"{PATH}{draft['ref']}/submit/").json()["code"] == "declaration_closed"


# ---------------------------------------------------------------- whose
@pytest.mark.parametrize("path", ["", "submit/", "withdraw/", "copy/"])
def test_declaration__of_another_organisation__is_not_found(
    other_enterprise: Caller, draft: dict[str, Any], path: str
) -> None:
    where = f"{PATH}{draft['ref']}/{path}"
    answer = other_enterprise.post(where) if path else other_enterprise.get(where)
    assert (answer.status_code, other_enterprise.get(PATH).json()["results"]) == (404, [])


def test_create__scope_to_read__is_403(cast: Cast) -> None:
    reader = Caller.program(make.a_token(cast.carrier, "declarations:read"))
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, DRAFT).status_code == 403


# ---------------------------------------------------------------- files
def test_document__pdf__is_kept_and_comes_back_as_it_was(
    enterprise: Caller, other_enterprise: Caller, draft: dict[str, Any]
) -> None:
    made = sent(enterprise, draft["ref"], PDF)
    assert (made.status_code, made.json()["media_type"]) == (201, "application/pdf")
    where = f"/api/v1{PATH}{draft['ref']}/documents/{made.json()['ref']}/"
    file = enterprise.client.get(where)
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert other_enterprise.client.get(where).status_code == 404
    assert enterprise.client.delete(where).status_code == 204
    assert not Document.objects.exists()


def test_document__program_named_pdf__is_refused(enterprise: Caller, draft: dict[str, Any]) -> None:
    answer = sent(enterprise, draft["ref"], EXE)
    assert (answer.status_code, answer.json()["code"]) == (422, "document_refused")


def test_document__same_key_and_file__is_kept_once(enterprise: Caller, draft: dict[str, Any]) -> None:
    first, again = (sent(enterprise, draft["ref"], PDF, key="k") for _ in range(2))
    assert (again.content, Document.objects.count()) == (first.content, 1)
    other = sent(enterprise, draft["ref"], PDF + b"\n", key="k")
    assert other.json()["code"] == "idempotency_key_reused"


def test_document__too_large__is_refused_before_it_is_read(enterprise: Caller, draft: dict[str, Any]) -> None:
    assert sent(enterprise, draft["ref"], b"x" * 10_200_000).status_code == 413


def test_document__no_file_or_wrong_kind__names_the_field(enterprise: Caller, draft: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": "k1"}
    bare = enterprise.client.post(f"/api/v1{PATH}{draft['ref']}/documents/", {"kind": "invoice"}, headers=headers)
    assert (bare.status_code, bare.json()["errors"][0]["field"]) == (422, "file")
    assert sent(enterprise, draft["ref"], PDF, kind="love_letter").status_code == 422
    json = enterprise.post(f"{PATH}{draft['ref']}/documents/", {"kind": "invoice"})
    assert json.status_code == 415


def test_write__member_that_there_is_not__is_refused_by_name(enterprise: Caller, draft: dict[str, Any]) -> None:
    seen = enterprise.get(f"{PATH}{draft['ref']}/").headers["ETag"]
    changing = changed(enterprise, draft["ref"], {"port": "HEKOU", "trips": 2}, seen=seen)
    beginning = enterprise.post(PATH, DRAFT | {"own_reference": "ERP-2", "trip": 3})
    for answer, name in ((changing, "port"), (beginning, "trip")):
        assert answer.status_code == 422
        assert name in str(answer.json()["errors"])
    assert Declaration.objects.get().trips == 1
