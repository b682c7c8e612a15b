"""What a person may change about themselves, and the checks every person's data goes through."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from accounts.errors import LanguageNotValid, NameNotValid
from accounts.models import User
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation

NAME_LENGTH = 120


@operation
def update_me(*, user: User, now: datetime, actor: Actor, name: str | None = None, language: str | None = None) -> User:
    """This will set the person's name ("" = none) and language where given. Raises NameNotValid, LanguageNotValid."""
    changed = {}
    if name is not None:
        changed["name"] = known_name(name, may_be_empty=True)
    if language is not None:
        changed["language"] = known_language(language)
    User.objects.filter(pk=user.pk).update(**changed)
    return User.objects.get(pk=user.pk)


def known_name(text: str, *, may_be_empty: bool = False) -> str:
    """This will return a name as one clean line. Raises NameNotValid when it is empty or longer than 120 characters."""
    name = one_line(text)
    if len(name) > NAME_LENGTH or not (name or may_be_empty):
        raise NameNotValid(most=NAME_LENGTH)
    return name


def known_language(code: str) -> str:
    """This will return a language code of Portlane as it is stored. Raises LanguageNotValid."""
    codes = [known for known, _ in settings.LANGUAGES]
    if code.lower() not in codes:
        raise LanguageNotValid(choices=", ".join(codes))
    return code.lower()
