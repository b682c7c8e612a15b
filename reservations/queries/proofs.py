"""The proof of a published round as a document, and the rows and ledger entries against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.models import LedgerEntry
from reservations.errors import UnknownRound
from reservations.models import Round
from reservations.streams import port_stream

SEALS = ("ref", "seed", "commitment", "inputs_hash", "outcome_hash")
TOLD = ("seed", "inputs_hash", "outcome_hash")
#: Why somebody stands by whatever was drawn (reservations/operations/hindered.py).
HINDERED = ("has_a_reservation", "paused", "bundle_broken")


def proof_of(ref: str) -> dict[str, Any]:
    """This will return {round, inputs, outcome} of a published round, all that anybody needs to run it again; raises UnknownRound."""
    round_ = _published(ref)
    sealed = {name: getattr(round_, name) for name in (*SEALS, "redraws")}
    return {"round": sealed, "inputs": round_.proof.inputs, "outcome": round_.proof.outcome}


def ledger_faults(ref: str) -> Iterator[str]:
    """This will yield where the ledger told something else of a published round than its row and proof do. Raises UnknownRound."""
    round_ = _published(ref)
    of_port = LedgerEntry.objects.filter(stream__key=port_stream(round_.port)).order_by("seq")
    mine = {entry.kind: entry for entry in of_port.filter(kind__startswith="round.", data__round=ref)}
    announced, opened, published = (mine.get(f"round.{kind}") for kind in ("announced", "opened", "published"))
    if announced is None or announced.data["commitment"] != round_.commitment:
        yield "ledger: the commitment was not told, or was another one"
    elif opened is None or opened.seq < announced.seq:
        yield "ledger: the commitment was told after requests were taken"
    if not _was_closed_with(round_, mine.get("round.closed")):
        yield "ledger: it was drawn over other inputs than it was closed with"
    if published is None or any(published.data[name] != getattr(round_, name) for name in TOLD):
        yield "ledger: another seed or other hashes were published"
        return
    told = of_port.filter(seq__gt=published.seq, recorded_at=published.recorded_at)
    left = of_port.filter(kind="request.withdrawn", data__round=ref, seq__lt=published.seq)
    gone = {entry.data["request"] for entry in left}
    yield from _results(round_, told.filter(kind__in=["request.placed", "request.stands_by"]), gone)


def _was_closed_with(round_: Round, closed: LedgerEntry | None) -> bool:
    """A round of before the inputs were hashed at the close told no hash there: of it this cannot be known."""
    superseded = round_.proof.inputs.get("superseded")
    first = superseded[0][0] if superseded else round_.inputs_hash
    return closed is not None and closed.data.get("inputs_hash", first) == first


def _results(round_: Round, told: Any, gone: set[str]) -> Iterator[str]:
    """Every request got what the draw gave it, but for who held a place or was paused by then, with his bundle, or had withdrawn since."""
    outcome = round_.proof.outcome
    placed: dict[str, str] = outcome["placed"]
    said = {entry.data["request"]: entry.data for entry in told}
    for request in sorted({*outcome["draw"], *said}):
        data = said.get(request, {})
        if not data and request in gone:
            continue
        if data.get("why") not in HINDERED and data.get("slot") != placed.get(request):
            yield f"ledger: {request} was given {data.get('slot')}, drawn was {placed.get(request)}"
        elif not data:
            yield f"ledger: nothing was told of {request}"


def _published(ref: str) -> Round:
    round_ = Round.objects.select_related("port", "proof").filter(ref=ref, state="published").first()
    if round_ is None:
        raise UnknownRound
    return round_
