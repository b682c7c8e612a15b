"""What beat wakes. A tick that was lost is made up by the next one: moments are rows."""

from __future__ import annotations

from celery import shared_task

from core import clock
from yards.operations.taking_effect import put_due_in_force


@shared_task
def put_layouts_in_force() -> None:
    put_due_in_force(clock.now())
