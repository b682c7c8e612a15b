"""An uploaded spreadsheet, kept between its preview and its being taken in, and remembered after so that it is not taken twice."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.ids import new_ref
from reservations.declarations.sheets import Cell, Row, Table


def sheet_ref() -> str:
    return new_ref("FS")


class SheetKind(models.TextChoices):
    DECLARATIONS = "declarations", _("declarations")
    WISHES = "wishes", _("reservation wishes")


class SheetQuerySet(models.QuerySet["Sheet"]):
    def own_to(self, user: Any) -> SheetQuerySet:
        """This will keep the sheets of the person's organisation."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__memberships__user=user).distinct()


class Sheet(models.Model):
    """What a file said, cell by cell. Once taken in (`taken_at`) only what came of it is kept: `made` are the refs."""

    ref = models.CharField(max_length=20, unique=True, default=sheet_ref, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sheets")
    kind = models.CharField(_("kind"), max_length=20, choices=SheetKind.choices)
    name = models.CharField(_("name"), max_length=120)
    sha256 = models.CharField(max_length=64)
    heading = models.JSONField(default=list)
    rows = models.JSONField(default=list)  # [row number, [[text, fault], …]]
    left_out = models.JSONField(default=list)
    uploaded_by = models.CharField(max_length=20)  # the actor's ref
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    made = models.JSONField(default=list)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name, verbose_name_plural = _("spreadsheet"), _("spreadsheets")
        indexes = [models.Index(fields=["organisation", "sha256"])]

    def __str__(self) -> str:
        return self.name

    @property
    def table(self) -> Table:
        """What the file said, as it was read."""
        rows = tuple(Row(number, tuple(Cell(*cell) for cell in cells)) for number, cells in self.rows)
        return Table(tuple(self.heading), rows, tuple(self.left_out))

    @table.setter
    def table(self, table: Table) -> None:
        self.heading, self.left_out = list(table.heading), list(table.left_out)
        self.rows = [[row.number, [[cell.text, cell.fault] for cell in row.cells]] for row in table.rows]
