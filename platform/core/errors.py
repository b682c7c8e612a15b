"""Errors of the domain: each states a fact, has a stable code, and says what to do next."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """A rule said no. `facts` fill the message and travel as extension members of the problem document.

    `code` is stable and never translated; `status` is the HTTP status; `field` names the input it concerns, if one does.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[Text] = _("Something is wrong")
    message: ClassVar[Text] = _("The request could not be carried out.")
    field: ClassVar[str] = ""

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        self.facts = facts
        if field is not None:
            self.field = field  # type: ignore[misc]
        super().__init__(self.code)

    @property
    def detail(self) -> str:
        """The message in the language of the reader."""
        return str(self.message) % self.facts if self.facts else str(self.message)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class NotFound(DomainError):
    code, status = "not_found", 404
    title = _("Not found")
    message = _("There is nothing here under that reference, or it is not yours to see.")


class Forbidden(DomainError):
    code, status = "forbidden", 403
    title = _("Not allowed")
    message = _("Your role does not allow this.")


class Conflict(DomainError):
    code, status = "conflict", 409
    title = _("Overtaken by events")
    message = _("Something changed in the meantime. Look again and repeat.")


class Invalid(DomainError):
    code, status = "invalid", 422
    title = _("Not valid")
    message = _("The input is not valid.")


class TooMany(DomainError):
    code, status = "too_many", 429
    title = _("Too many tries")
    message = _("Too many tries. Wait %(retry_after_s)s seconds and try again.")


class Busy(DomainError):
    """The database is locked or gone: nothing was done, and the same request may be sent again."""

    code, status = "busy", 503
    title = _("Busy for a moment")
    message = _("The system is busy. Nothing was changed; try again in %(retry_after_s)s seconds.")

    def __init__(self, *, retry_after_s: int = 2, **facts: Any) -> None:
        super().__init__(retry_after_s=retry_after_s, **facts)


class WrongState(Conflict):
    code = "wrong_state"
    title = _("Not possible now")
    message = _("This is %(state)s now, so it cannot become %(to)s. Look again at its present state.")
