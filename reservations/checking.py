"""PURE. Runs a published round again from its proof alone and says what is not as it was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reservations import proofs
from reservations.allocation import verify
from reservations.allocation.solving import Progress
from reservations.commitment import commitment_of

PROBLEMS_SAID = 10


def faults(proof: Mapping[str, Any], *, progress: Progress | None = None) -> Iterator[str]:
    """This will yield each fault of a proof in words, none for a true one.

    `proof`: {round: {seed, commitment, inputs_hash, outcome_hash}, inputs, outcome}. The seed is held against the commitment, both
    documents against their hashes; then the allocation is run once more with the stored solver, and the verifier, which shares no
    arithmetic with it, judges what was told. Raises KeyError or ValueError for a document that is no proof.
    """
    told, inputs, outcome = proof["round"], proof["inputs"], proof["outcome"]
    if not told["seed"]:
        raise ValueError("This round has no result yet: its seed is not revealed.")
    yield from _seals(told, inputs, outcome)
    found = proofs.run(inputs, told["seed"], solver=outcome["certificate"]["solver"], progress=progress)
    yield from proofs.differences(outcome, proofs.outcome_as_json(found, inputs))
    yield from _unlawful(inputs, outcome, told["seed"])


def _seals(told: Mapping[str, Any], inputs: Mapping[str, Any], outcome: Mapping[str, Any]) -> Iterator[str]:
    commitment = commitment_of(told["seed"])
    if commitment != told["commitment"]:
        yield f"seed: its hash is {commitment}, committed was {told['commitment']}"
    if inputs["commitment"] != told["commitment"]:
        yield f"inputs: they name the commitment {inputs['commitment']}, the round {told['commitment']}"
    if len(inputs.get("superseded", ())) != told.get("redraws", 0):
        yield f"inputs: they were read again {len(inputs.get('superseded', ()))} times, the round tells of {told.get('redraws', 0)}"
    for name, document in (("inputs", inputs), ("outcome", outcome)):
        found = proofs.hash_of(document)
        if found != told[f"{name}_hash"]:
            yield f"{name}: their hash is {found}, published was {told[f'{name}_hash']}"


def _unlawful(inputs: Mapping[str, Any], outcome: Mapping[str, Any], seed: str) -> Iterator[str]:
    requests, places, rule, yard = proofs.problem_of(inputs)
    key = proofs.key_of(inputs, seed)
    verdict = verify(requests, places, rule, outcome["placed"], key=key, yard=yard, raised=outcome["raised"])
    for problem in verdict.problems[:PROBLEMS_SAID]:
        yield f"verifier: {problem}"
    if len(verdict.problems) > PROBLEMS_SAID:
        yield f"verifier: {len(verdict.problems) - PROBLEMS_SAID} more"
