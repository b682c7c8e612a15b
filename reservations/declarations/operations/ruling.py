"""A port's own rules of the pre-check. Their history is kept with the rows; they count from the next check on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from reservations.declarations.checks_kinds import KINDS
from reservations.declarations.errors import DeclarationFieldNotValid, RuleNotValid
from reservations.declarations.models import Mode, Rule, RuleLevel
from yards.errors import UnknownPort
from yards.models import Port

MOST = 10**15  # the figures of a declaration end there too (checks_case.py)


@operation
def put_rule(
    *,
    port_code: str,
    mode: str,
    check_code: str,
    level: str,
    figures: dict[str, Any] | None = None,
    now: datetime,
    actor: Actor,
) -> Rule:
    """This will set how seriously a port takes a check in a mode ("": all), in place of what it said before.

    Raises UnknownPort, DeclarationFieldNotValid (mode, level), RuleNotValid (check, figures).
    """
    port = Port.objects.filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    for name, value, choices in (("mode", mode, ["", *Mode.values]), ("level", level, RuleLevel.values)):
        if value not in choices:
            raise DeclarationFieldNotValid(field=name, choices=", ".join(choices))
    check_rule(check_code, figures or {})
    rule, _is_new = Rule.objects.update_or_create(
        port=port, mode=mode, check_code=check_code, defaults={"level": level, "figures": figures or {}}
    )
    return rule


@operation
def remove_rule(*, port_code: str, mode: str, check_code: str, now: datetime, actor: Actor) -> None:
    """This will let the wider rule, or the check itself, say again. Raises NotFound."""
    rule = Rule.objects.filter(port__code=port_code, mode=mode, check_code=check_code).first()
    if rule is None:
        raise NotFound(field="check_code")
    rule.delete()


def check_rule(check_code: str, figures: Any) -> None:
    """This will refuse a rule of a check that does not exist, or figures that the check does not go by. Raises RuleNotValid."""
    if check_code not in KINDS:
        raise RuleNotValid(why=_("There is no check with this code."))
    if not isinstance(figures, dict):
        raise RuleNotValid(field="figures", why=_("The figures are an object with names and values."))
    known: dict[str, Any] = dict(KINDS[check_code].figures)
    if check_code.startswith("document_"):
        known["may_follow"] = False
    for name, value in figures.items():
        if name not in known:
            names = ", ".join(known) or "–"
            raise RuleNotValid(
                field="figures", why=_("This check goes by these figures only: %(names)s.") % {"names": names}
            )
        if not _is_like(value, known[name]):
            raise RuleNotValid(
                field="figures", why=_("“%(name)s” must be like %(example)s.") % {"name": name, "example": known[name]}
            )


def _is_like(value: Any, example: Any) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(example, bool)
    if isinstance(example, list):
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if isinstance(example, str):
        return isinstance(value, str)
    return (
        isinstance(value, int | float) and -MOST < value < MOST
    )  # 1e999 is read as infinity, which JSON has no word for
