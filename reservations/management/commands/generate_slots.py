"""`manage.py generate_slots`: what beat does every ten minutes, for the first start and for the impatient."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from reservations import sweeps


class Command(BaseCommand):
    help = "Publish default policies where there are none, and generate slots up to the horizon."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"slots added: {sweeps.generate_all_slots(clock.now())}")
