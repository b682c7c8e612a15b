"""`manage.py seed [--demo]`: loads the 27 ports with their calendars and starting yards; with --demo a demonstration yard, people and
a carrier's trucks and declarations too. Safe to repeat."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actors import system
from core.errors import DomainError
from reservations.declarations.demo import load_declarations
from yards.seeding.demo import load_people, load_trucks, sign_ins
from yards.seeding.loader import load_calendar, load_ports
from yards.seeding.park import load_park
from yards.seeding.plans import give_plans


class Command(BaseCommand):
    help = (
        "Loads the ports, holidays, starting lanes and yards. What is already there, edited or deleted, is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="also make a demonstration yard, and people with a known password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and not (settings.DEBUG or settings.PORTLANE_EMBEDDED):
            raise CommandError("--demo makes people with a known password: only with DEBUG or PORTLANE_EMBEDDED")
        try:
            self._load(demo=options["demo"])
        except DomainError as problem:
            raise CommandError(str(problem)) from problem

    def _load(self, *, demo: bool) -> None:
        now, actor = clock.now(), system("seed")
        ports = load_ports(now=now, actor=actor, say=self.stdout.write)
        plans = give_plans(now=now, actor=actor, say=self.stdout.write)
        days = load_calendar(now=now, actor=actor, say=self.stdout.write)
        people = load_people(now=now, actor=actor) if demo else 0
        if demo and load_park(now=now, actor=actor):
            self.stdout.write("DEMO: a real truck park of 693 bays")
        if demo:
            load_trucks(now=now, actor=actor)
            load_declarations(now=now, actor=actor)
        self.stdout.write(f"seed: {ports} ports, {plans} plans, {days} calendar days, {people} people added")
        if demo:
            for line in sign_ins():
                self.stdout.write(line)
