"""`manage.py verify_round`: a true round passes, here and from its file alone; a changed input, seed or outcome never does."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import LedgerEntry
from reservations import checking
from reservations.checking import faults
from reservations.commitment import commitment_of
from reservations.models import Request, Round, RoundProof
from reservations.proofs import hash_of
from reservations.queries.proofs import ledger_faults, proof_of
from reservations.rounds import sweep_rounds
from tests import factories as make
from tests.cast import Cast

Proof = dict[str, Any]


@pytest.fixture
def ref(cast: Cast) -> str:
    """A published round, announced by the system itself: a pair and four single trucks that all want noon."""
    cast.port.policies.update(allocation="rounds", round_open_hours=72, round_close_hours=4)
    sweep_rounds(cast.now)
    make.a_bundle(cast, 2)
    for _ in range(4):
        make.a_request(cast, window=(2, 2, 2))
    cast.clock.moment = make.the_round(cast).publishes_at
    sweep_rounds(cast.now)
    return make.the_round(cast).ref


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_round", *args, stdout=out, stderr=StringIO())
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_verify_round__published__is_true(ref: str) -> None:
    code, said = run(ref, "--progress")
    placed = Request.objects.filter(state="placed").count()
    assert (code, said) == (0, f"true: {ref} placed {placed} of 6, and does so again\n")


def test_verify_round__file_alone__needs_no_database(ref: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    run(ref, "--save", str(path))

    def refuse(*_: Any) -> None:
        raise AssertionError("the database was asked")

    with connection.execute_wrapper(refuse):
        assert run("--file", str(path))[0] == 0
    changed = json.loads(path.read_text())
    changed["outcome"]["placed"].popitem()
    path.write_text(json.dumps(changed))
    assert run("--file", str(path))[0] == 1


def _seed(proof: Proof) -> None:
    proof["round"]["seed"] = "0" * 64


def _commitment(proof: Proof) -> None:
    proof["round"]["commitment"] = commitment_of("0" * 64)


def _window(proof: Proof) -> None:
    proof["inputs"]["requests"][0][6] += 60


def _left_out(proof: Proof) -> None:
    proof["inputs"]["requests"].pop()


def _capacity(proof: Proof) -> None:
    proof["inputs"]["places"][0][5] -= 1


def _rule(proof: Proof) -> None:
    proof["inputs"]["rule"]["general_share_percent"] = 0


def _swap(proof: Proof) -> None:
    """A refused request gets the place of a placed one that wanted the same."""
    placed = proof["outcome"]["placed"]
    single = {row[0] for row in proof["inputs"]["requests"] if not row[9]}
    lucky = next(ref for ref in sorted(placed) if ref in single)
    refused = next(ref for ref in sorted(single) if ref not in placed)
    placed[refused] = placed.pop(lucky)


def _drawn(proof: Proof) -> None:
    draw = proof["outcome"]["draw"]
    first, second = sorted(draw)[:2]
    draw[first], draw[second] = draw[second], draw[first]


def _reason(proof: Proof) -> None:
    next(iter(proof["outcome"]["reasons"].values()))["facts"]["asked"] += 1


CHANGES = [_seed, _commitment, _window, _left_out, _capacity, _rule, _swap, _drawn, _reason]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__[1:])
def test_faults__tampered_with__is_found(ref: str, change: Callable[[Proof], None]) -> None:
    proof = json.loads(json.dumps(proof_of(ref)))
    assert list(faults(proof)) == []
    change(proof)
    assert list(faults(proof))


@pytest.mark.parametrize("change", [_swap, _drawn, _reason], ids=lambda change: change.__name__[1:])
def test_faults__outcome_tampered_with_and_hashed_again__is_found_by_running_it(
    ref: str, change: Callable[[Proof], None]
) -> None:
    proof = json.loads(json.dumps(proof_of(ref)))
    change(proof)
    proof["round"]["outcome_hash"] = hash_of(proof["outcome"])
    assert list(faults(proof))


def test_verify_round__seed_and_commitment_exchanged_in_the_rows__contradict_the_ledger(ref: str) -> None:
    seed = "ab" * 32
    Round.objects.filter(ref=ref).update(seed=seed, commitment=commitment_of(seed))
    assert run(ref)[0] == 1
    assert list(ledger_faults(ref))


def test_verify_round__placed_otherwise_than_drawn__contradicts_the_ledger(ref: str) -> None:
    proof = RoundProof.objects.get()
    refused = Request.objects.filter(state="standby").earliest("pk")
    proof.outcome["placed"][refused.ref] = proof.inputs["places"][0][0]
    proof.save()
    assert any(refused.ref in line for line in ledger_faults(ref))


def test_verify_round__drawn_over_other_inputs_than_closed_with__contradicts_the_ledger(ref: str) -> None:
    rewrite_closed(inputs_hash="0" * 64)
    assert any("closed with" in line for line in ledger_faults(ref))


def test_verify_round__closed_before_inputs_were_hashed_there__is_true_as_ever(ref: str) -> None:
    rewrite_closed(inputs_hash=None)
    assert run(ref)[0] == 0


def rewrite_closed(*, inputs_hash: str | None) -> None:
    row = LedgerEntry.objects.get(kind="round.closed")
    row.data.pop("inputs_hash")
    row.data |= {"inputs_hash": inputs_hash} if inputs_hash else {}
    LedgerEntry.objects.filter(pk=row.pk).update(data=row.data)


def test_faults__key_taken_from_a_hash_of_ones_own_choice__is_found(ref: str) -> None:
    proof = json.loads(json.dumps(proof_of(ref)))
    proof["inputs"]["superseded"] = [["ab" * 32, "cd" * 32]]
    proof["round"]["inputs_hash"] = hash_of(proof["inputs"])
    found = checking.proofs.run(proof["inputs"], proof["round"]["seed"])
    proof["outcome"] = checking.proofs.outcome_as_json(found, proof["inputs"])
    proof["round"]["outcome_hash"] = hash_of(proof["outcome"])
    assert any("read again" in line for line in faults(proof))


def test_verify_round__commitment_told_late__is_found(ref: str) -> None:
    LedgerEntry.objects.filter(kind="round.announced").update(seq=10**6)
    assert "after requests were taken" in run(ref)[1]


@pytest.mark.parametrize("args", [(), ("L-000000000",), ("--file", "/nowhere.json")])
def test_verify_round__nothing_to_verify__says_so(db: None, args: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*args)


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"round": {"seed": ""}, "inputs": {}, "outcome": {}}'])
def test_verify_round__file_that_is_no_proof__says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "proof.json"
    path.write_text(text)
    with pytest.raises(CommandError):
        run("--file", str(path))


def test_verify_round__not_published_yet__keeps_its_seed(cast: Cast) -> None:
    round_ = make.a_round(cast)
    with pytest.raises(CommandError):
        run(round_.ref)
