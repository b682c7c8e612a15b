"""Counterpart audience: the far side's own client says what it takes of a lane, with credentials of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.authentication import DeviceAuthentication
from core import clock
from core.api import paths  # noqa: F401  registers the path converters
from core.api.answers import answer
from core.api.schema import Paging, operation, paged
from core.api.views import View
from reservations.api.shapes import counterpart as shapes
from reservations.queries import lane_for
from yards.errors import RateInThePast, RateNotValid, RateTooFar, UnknownLane
from yards.models import FarSideRate, RateSource
from yards.operations import enter_far_side_rate


class Rate(View):
    verb = "far_side.report"
    authentication_classes = (DeviceAuthentication,)

    @operation(
        name="counterpart_rate_list",
        summary="What was said about a lane, the latest first",
        audience="counterpart",
        query=[Paging],
        answer=paged(shapes.ReportedRate),
        problems=(UnknownLane,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        lane = lane_for(user=request.user, code=code, verb=self.verb)
        rows = FarSideRate.objects.filter(lane=lane).select_related("lane")
        return answer(self.page(request, rows, shapes.ReportedRate))

    @operation(
        name="counterpart_rate_report",
        summary="How many vehicles an hour you accept of a lane from a moment on",
        description="Slots, calls and waits on this side follow at once. Say the same rate again to keep it fresh.",
        audience="counterpart",
        request=shapes.RateIn,
        answer=shapes.ReportedRate,
        status=201,
        key=True,
        problems=(UnknownLane, RateNotValid, RateInThePast, RateTooFar),
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        said = {"valid_from": clock.now()} | self.parsed(shapes.RateIn, request)
        lane = lane_for(user=request.user, code=code, verb=self.verb)
        return self.do(
            request,
            enter_far_side_rate,
            shape=shapes.ReportedRate,
            status=201,
            key=True,
            lane_code=lane.code,
            source=RateSource.COUNTERPART.value,
            **said,
        )


urlpatterns = [path("lanes/<code:code>/rate/", Rate.as_view(), name="counterpart_rate")]
