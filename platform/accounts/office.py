"""The back office at /office/: Django's admin with rights by verb, rows by port, and its edits in the ledger.

Entry is the staff sign-in (password and second factor); Django's own permission rows and superusers count for nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial, update_wrapper
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.permissions import refused
from accounts.policy import may, ports_where
from core import clock
from core.actors import Actor
from core.db import operation
from core.errors import DomainError

VERB = "office.use"
SHARED = "office.shared"
_LEFT_OUT = {"password_change", "password_change_done", "view_on_site"}  # the first two are allauth's pages


class OfficeSite(admin.AdminSite):
    site_header = site_title = _("Portlane back office")
    index_title = _("What is where, and when it is open")

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, VERB)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """This will send strangers to the staff sign-in and refuse whoever is signed in without the verb."""
        guarded = super().admin_view(view, cacheable)

        def run(request: HttpRequest, *args: Any, **names: Any) -> Any:
            return guarded(request, *args, **names) if self.has_permission(request) else refused(request, VERB)

        update_wrapper(run, view)
        run.verb = VERB  # type: ignore[attr-defined]
        return run

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """This will stand in for Django's own password form, which knows neither limits nor a second factor."""
        return HttpResponseRedirect(reverse("admin:index")) if self.has_permission(request) else refused(request, VERB)

    login.verb = VERB  # type: ignore[attr-defined]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """This will leave out what other packages bring along: it asks no verb and knows no ports."""
        if admin_class and issubclass(admin_class, Scoped):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        return [each for each in super().get_urls() if getattr(each, "name", "") not in _LEFT_OUT]


@operation
def edit(*, act: Callable[[], HttpResponse], now: datetime, actor: Actor) -> HttpResponse:
    """This will carry out one edit: row, history and what `act` records in the ledger are committed together."""
    return act()


class Scoped(admin.ModelAdmin):
    """Rows of the ports where the person may use the office; rows of other ports are not found.

    `port_path` leads from a row to the code of its port, "" for rows that all ports share: those need the verb SHARED.
    `fixed` fields are set once.
    """

    verb: ClassVar[str] = VERB
    port_path: ClassVar[str] = ""
    fixed: ClassVar[tuple[str, ...]] = ()
    may_add = may_change = True
    may_delete = False
    list_per_page = 50

    # ---------------------------------------------------------------- rows
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(**{f"{self.port_path}__in": ports_where(request.user, VERB)}) if self.port_path else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:
        """This will offer only rows the person may see."""
        related = self.admin_site._registry.get(db_field.related_model)
        if related and "queryset" not in options:
            options["queryset"] = related.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))
        return tuple(dict.fromkeys(readonly))

    # ---------------------------------------------------------------- rights
    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.verb)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, self.verb) and self._is_within(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_add and may(request.user, self.verb)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self.has_view_permission(request, obj)

    def _is_within(self, request: HttpRequest, obj: Model | None) -> bool:
        return obj is None or obj.pk is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    # ---------------------------------------------------------------- edits
    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """This will run an edit as one operation; a rule that says no becomes a message."""
        show = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST":
            return show()
        try:
            return edit(act=show, now=clock.now(), actor=request.user.actor)
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(request.path)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(formset.has_changed() for formset in formsets):
            self.record(form.instance)

    def record(self, row: Any) -> None:
        """For what the ledger must know of: queue the entry. Most configuration is in its history alone."""


class Configuration(Scoped, SimpleHistoryAdmin):
    """What staff edit: every version is kept, and looked at, but an old one never replaces a newer one by a button."""

    def revert_disabled(self, request: Any, obj: Any = None) -> bool:
        return True

    def history_form_view(self, request: Any, object_id: str, version_id: str, extra_context: Any = None) -> Any:
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET"])
        return super().history_form_view(request, object_id, version_id, extra_context)


class Record(Scoped):
    """What operations write: shown, never edited here."""

    may_add = may_change = False
