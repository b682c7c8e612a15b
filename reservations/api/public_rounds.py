"""Public audience: rounds with their proofs, scores, closures and the far side's rates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from core import clock
from core.api import etag, shared
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from reservations.api.public import PublicView, port_of
from reservations.api.shapes import public_rounds as shapes
from reservations.errors import UnknownRound
from reservations.models import Round
from reservations.queries import scores
from yards.errors import UnknownPort
from yards.models import Closure, FarSideRate


class Rounds(PublicView):
    @operation(
        name="public_rounds_list",
        summary="The rounds of a port, newest first",
        audience="public",
        query=[Paging],
        answer=paged(shapes.RoundShape),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        rows = Round.objects.filter(port=port_of(code)).select_related("port", "policy")
        return answer(self.page(request, rows, shapes.RoundShape))


class OneRound(PublicView):
    @operation(
        name="public_rounds_read",
        summary="One round: its moments, its commitment and, after the result, its seed",
        audience="public",
        answer=shapes.RoundShape,
        problems=(UnknownRound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return etag.answer(request, shaped(shapes.RoundShape, round_of(ref)), headers=shared.BRIEFLY)


class Proof(PublicView):
    @operation(
        name="public_rounds_proof",
        summary="The proof of a published round",
        description="Masked inputs, the rule, the outcome and its certificate. `manage.py verify_round --file proof.json` runs it again.",
        audience="public",
        answer=shapes.ProofShape,
        problems=(UnknownRound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        held = round_of(ref)
        if held.state != "published":
            raise UnknownRound
        body = {"round": held, "inputs": held.proof.inputs, "outcome": held.proof.outcome}
        return etag.answer(request, shaped(shapes.ProofShape, body), headers=shared.BRIEFLY)


class Closures(PublicView):
    @operation(
        name="public_closures_list",
        summary="Closures of a port, newest first",
        audience="public",
        query=[Paging],
        answer=paged(shapes.ClosureShape),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        rows = Closure.objects.filter(port=port_of(code)).prefetch_related("lanes")
        return answer(self.page(request, rows, shapes.ClosureShape))


class FarSide(PublicView):
    @operation(
        name="public_far_side_list",
        summary="What the far side accepts, with source and time, newest first",
        audience="public",
        query=[Paging],
        answer=paged(shapes.FarSideShape),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        rows: QuerySet[Any] = FarSideRate.objects.filter(lane__port=port_of(code), valid_from__lte=clock.now())
        return answer(self.page(request, rows.select_related("lane"), shapes.FarSideShape))


class Scores(PublicView):
    @operation(
        name="public_scores_list",
        summary="How both sides kept their promise, by week and lane",
        audience="public",
        answer=shapes.ScoresShape,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        body = {"results": scores(port_of(code), clock.now())}
        return etag.answer(request, shaped(shapes.ScoresShape, body), headers=shared.BRIEFLY)


def round_of(ref: str) -> Round:
    """This will return a round that everybody may read. Raises UnknownRound."""
    held = Round.objects.select_related("port", "policy", "proof").filter(ref=ref).first()
    if held is None:
        raise UnknownRound
    return held


urlpatterns = [
    path("ports/<code:code>/rounds/", Rounds.as_view(), name="rounds"),
    path("ports/<code:code>/closures/", Closures.as_view(), name="closures"),
    path("ports/<code:code>/far-side/", FarSide.as_view(), name="far_side"),
    path("ports/<code:code>/scores/", Scores.as_view(), name="scores"),
    path("rounds/<ref:ref>/", OneRound.as_view(), name="round"),
    path("rounds/<ref:ref>/proof/", Proof.as_view(), name="round_proof"),
]
