"""Classes of dangerous goods in the words on their placards, for forms. Numbers as in the IMDG Code and in ADR."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yards.guidance.segregation import CLASSES

NAMES: dict[str, str | Promise] = {
    "1.1": _("explosives, mass explosion"),
    "1.2": _("explosives, projection"),
    "1.3": _("explosives, fire"),
    "1.4": _("explosives, minor hazard"),
    "1.5": _("blasting agents"),
    "1.6": _("explosives, extremely insensitive"),
    "2.1": _("flammable gas"),
    "2.2": _("gas, not flammable, not toxic"),
    "2.3": _("toxic gas"),
    "3": _("flammable liquid"),
    "4.1": _("flammable solid"),
    "4.2": _("liable to spontaneous combustion"),
    "4.3": _("dangerous when wet"),
    "5.1": _("oxidizing substance"),
    "5.2": _("organic peroxide"),
    "6.1": _("toxic substance"),
    "6.2": _("infectious substance"),
    "7": _("radioactive material"),
    "8": _("corrosive substance"),
    "9": _("other dangerous substances"),
}


def hazard_choices() -> list[tuple[str, str | Promise]]:
    """This will list the classes for a select; the first leaves it unsaid, and what is unsaid is kept apart from all others."""
    return [("", _("not known")), *((code, f"{code} · {NAMES[code]}") for code in CLASSES)]
