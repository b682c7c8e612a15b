"""The gate's pages: which gate, the page that works without a net, and its service worker."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policy import may_at
from reservations import passes
from web.gate.gates import VERB, gate_for, gates_of
from web.gate.words import page_words
from web.pages import page

SOURCE = Path(__file__).resolve().parents[1] / "static" / "web" / "js" / "gate-worker.js"
HEADERS = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/gate/"}
#: What the page is drawn with, kept by the worker; the page itself comes beside them. Modules import each other by their plain names,
#: whatever name the storage gives to the first of them: both are kept.
STYLES = ("site", "gate")
SCRIPTS = (
    "page",
    "morph",
    "gate",
    "gate-camera",
    "gate-clock",
    "gate-decide",
    "gate-doubts",
    "gate-list",
    "gate-kept",
    "gate-sync",
    "gate-view",
    "sign-out",
)


@page(VERB)
def gates(request: HttpRequest) -> HttpResponse:
    """The gates that I may attend."""
    return render(request, "web/gate/gates.html", {"gates": gates_of(request.user)})


@page(VERB)
def gate(request: HttpRequest, yard_code: str, gate_code: str) -> HttpResponse:
    """One gate. What is shown in it is drawn by the script from the day list: the page is the same with a net and without."""
    row = gate_for(request.user, yard_code, gate_code)
    context = {
        "gate": row,
        "yard": row.yard,
        "port": row.yard.port,
        "words": page_words(),
        "keys": {name: passes.public_text(key) for name, key in passes.verifying_keys().items()},
        "walk_up": row.kind != "exit" and may_at(request.user, "queue.check_in", row.yard.port.code),
        "styles": [f"web/css/{name}.css" for name in STYLES],
        "scripts": [f"web/js/{name}.js" for name in SCRIPTS],
    }
    return render(request, "web/gate/gate.html", context)


@page("public.read")
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's source; browsers ask for it anew each day and when a page registers it."""
    return HttpResponse(_source(), content_type="text/javascript; charset=utf-8", headers=HEADERS)


@cache
def _source() -> bytes:
    return SOURCE.read_bytes()
