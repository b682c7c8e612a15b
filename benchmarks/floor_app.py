"""The floors: what one booking costs in the smallest Django view (B) and the smallest DRF view with a serializer (C).

Both run the same SQL with psycopg on one connection per worker: one conditional UPDATE and one INSERT in one transaction.
`BENCH_DSN` names the database; table `floor_slot`, `floor_booking` (benchmarks/world.py makes them).
"""

from __future__ import annotations

import json
import os
from typing import Any

import django
import psycopg
from django.conf import settings
from django.http import HttpRequest, JsonResponse

if not settings.configured:
    settings.configure(
        SECRET_KEY="floor" * 12,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["rest_framework"],
        MIDDLEWARE=[],
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        USE_TZ=True,
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

TAKE = "UPDATE floor_slot SET taken = taken + 1 WHERE id = %s AND taken < capacity"
BOOK = "INSERT INTO floor_booking (slot_id, vehicle) VALUES (%s, %s) RETURNING id"
_connection: psycopg.Connection[Any] | None = None


def book(slot: int, vehicle: str) -> int:
    """This will book one place and return the booking's id; raises ValueError when the slot is full."""
    global _connection  # one connection a worker process, as a persistent Django connection is
    _connection = _connection or psycopg.connect(os.environ["BENCH_DSN"])
    with _connection.transaction(), _connection.cursor() as cursor:
        cursor.execute(TAKE, [slot])
        if cursor.rowcount != 1:
            raise ValueError("full")
        cursor.execute(BOOK, [slot, vehicle])
        return int(cursor.fetchone()[0])  # type: ignore[index]


@csrf_exempt
def plain(request: HttpRequest) -> JsonResponse:
    wish = json.loads(request.body)
    return JsonResponse({"id": book(wish["slot"], wish["vehicle"])}, status=201)


class Wish(serializers.Serializer[Any]):
    slot = serializers.IntegerField()
    vehicle = serializers.CharField(max_length=40)


class Booking(APIView):
    def post(self, request: Any) -> Response:
        wish = Wish(data=request.data)
        wish.is_valid(raise_exception=True)
        return Response({"id": book(**wish.validated_data)}, status=201)


urlpatterns = [path("b/", plain), path("c/", Booking.as_view())]
application = get_wsgi_application()
