"""Driver audience: my record: counters, marks, credits, appeals."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound
from reservations import errors
from reservations.api.public import port_of
from reservations.api.shapes import driver_conduct as shapes
from reservations.models import Policy
from reservations.operations import ask_appeal
from reservations.queries import mark_for, marks_of
from reservations.queries.record import conduct_at, credits_of
from yards.errors import UnknownPort

VERB = "conduct.own"


class Conduct(View):
    verb = VERB

    @operation(
        name="driver_conduct_read",
        summary="My vehicles' counters under a port's rules, and a pause if there is one",
        audience="driver",
        query=shapes.ConductIn,
        answer=shapes.ConductShape,
        problems=(UnknownPort, errors.NoPolicy),
    )
    def get(self, request: Request) -> HttpResponse:
        now, port = clock.now(), port_of(self.asked(shapes.ConductIn, request)["port"])
        policy = Policy.objects.in_force(port_id=port.pk, at=now)
        body = {"port": port, "policy_version": policy.version, "vehicles": conduct_at(request.user, policy, now=now)}
        return etag.answer(request, shaped(shapes.ConductShape, body))


class Marks(View):
    verb = VERB

    @operation(
        name="driver_marks_list",
        summary="What counts or counted for my vehicles, newest first",
        audience="driver",
        query=Paging,
        answer=paged(shapes.MarkShape),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, marks_of(request.user), shapes.MarkShape))


class Appeals(View):
    verb = VERB

    @operation(
        name="driver_marks_appeal",
        summary="Appeal against one of them",
        audience="driver",
        request=shapes.AppealIn,
        answer=shapes.AppealShape,
        status=201,
        key=True,
        problems=(NotFound, errors.MarkExcused, errors.AppealOnce),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.AppealIn, request)
        found = mark_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            ask_appeal,
            shape=shapes.AppealShape,
            status=201,
            key=True,
            mark_ref=found.ref,
            user=request.user,
            **said,
        )


class Credits(View):
    verb = VERB

    @operation(
        name="driver_credits_list",
        summary="What the port owes my vehicles for calling late, newest first",
        audience="driver",
        query=Paging,
        answer=paged(shapes.CreditShape),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, credits_of(request.user), shapes.CreditShape))
