"""`manage.py api_client ORGANISATION`: the first key of an enterprise's program, where nobody can open the page for it yet."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from accounts.operations import create_client
from accounts.scopes import SCOPES
from core import clock
from core.actors import system
from core.errors import DomainError


class Command(BaseCommand):
    """Prints the key as two lines that a shell can read: `eval "$(manage.py api_client …)"`. The secret is shown here alone."""

    help = (
        "Make an API client of an organisation and print its key. The organisation is made when no such name is known."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="reference (O-…) or name")
        parser.add_argument("--name", default="first program", help="what the client is called")
        parser.add_argument("--country", default="CN", help="of an organisation that is made, ISO 3166")
        parser.add_argument(
            "--sandbox", action="store_true", help="an organisation that is made is one to try the API with"
        )
        parser.add_argument("--scopes", nargs="+", default=list(SCOPES), metavar="SCOPE", help="all when left out")

    def handle(self, **options: Any) -> None:
        organisation = _organisation(options["organisation"], options["country"], is_sandbox=options["sandbox"])
        try:
            client, key, secret = create_client(
                organisation=organisation,
                name=options["name"],
                scopes=options["scopes"],
                now=clock.now(),
                actor=system("api_client"),
            )
        except DomainError as error:
            raise CommandError(error.detail) from None
        self.stderr.write(f"{client.ref} of {organisation.ref} {organisation.name}")
        self.stdout.write(f"CLIENT_ID={key.pk}\nCLIENT_SECRET={secret}")


def _organisation(said: str, country: str, *, is_sandbox: bool) -> Organisation:
    """The one of that reference, or the only one of that name, or a new one."""
    found = list(Organisation.objects.filter(ref=said) or Organisation.objects.filter(name=said)[:2])
    if len(found) > 1:
        raise CommandError("Several organisations have that name: give the reference.")
    if found:
        return found[0]
    return Organisation.objects.create(name=said, country=country, is_sandbox=is_sandbox)
