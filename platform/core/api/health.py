"""Is this process fit to serve? The database decides; Redis is told about, because nothing but pushes needs it."""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.views import View

from core.api.answers import answer

REDIS_TIMEOUT_S = 0.5


class Health(View):
    verb = "public.read"

    def get(self, request: HttpRequest) -> HttpResponse:
        """This will answer 200 while the database answers, else 503 with Retry-After."""
        database, pushes = _database(), _redis()
        body = {"status": "ok" if database else "unfit", "database": _word(database), "redis": _word(pushes)}
        return answer(body, status=200 if database else 503, headers=None if database else {"Retry-After": "2"})


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() is not None
    except (DatabaseError, InterfaceError):
        return False


def _redis() -> bool:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        ) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False


def _word(works: bool) -> str:
    return "ok" if works else "gone"
