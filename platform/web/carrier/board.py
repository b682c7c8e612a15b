"""The dispatcher's board: every truck of the organisation on one time bar, and what needs somebody now before it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import NotFound
from web import pages
from web.carrier.office import CHOSEN, VERB, office


@pages.page(VERB)
def board(request: HttpRequest) -> HttpResponse:
    """The fleet of the organisation the reader works for now."""
    return render(request, "web/carrier/board.html", {"organisation": office(request).organisation})


@pages.action(VERB)
def switch(request: HttpRequest) -> HttpResponse:
    """Changes to another organisation of the reader's own. Raises NotFound."""
    mine, ref = office(request), request.POST.get("organisation", "")
    if ref not in {each.ref for each in (mine.organisation, *mine.others)}:
        raise NotFound(field="organisation")
    request.session[CHOSEN] = ref
    return redirect("web:carrier")
