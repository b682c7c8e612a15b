"""What the names in the paths of routes stand for, so that the crawl of rights can fill them in."""

from __future__ import annotations

#: What a path names after a word, such as `reservations/<ref>`.
AFTER = {
    "reservations": "reservation",
    "turn": "entry",
    "turns": "entry",
    "entries": "entry",
    "slots": "slot",
    "overrides": "override",
    "requests": "request",
    "marks": "mark",
    "appeals": "appeal",
    "rounds": "round",
    "closures": "closure",
    "devices": "device",
    "people": "person",
    "vehicles": "vehicle",
    "trucks": "vehicle",
    "ports": "port",
    "yards": "yard",
    "lanes": "lane",
    "boards": "yard",
    "layouts": "layout",
    "signs": "gate",
    "aisles": "aisle",
    "zones": "zone",
    "evacuations": "evacuation",
    "bays": "bay",
    "declarations": "declaration",
    "documents": "document",
    "clients": "client",
    "endpoints": "endpoint",
    "deliveries": "delivery",
    "drivers": "steersman",
    "bookings": "reservation",
    "sheets": "sheet",
    "events": "event",
    "conflicts": "conflict",
}
#: Names that stand for nobody's row.
PLAIN = {
    "kind": "bay", "check_code": "contract_missing", "role": "operator", "answer": "approve", "chart": "hours", "pk": "1",
    "uidb36": "1", "key": "k-1", "conflict": "none", "audience": "driver", "app_label": "yards", "url": "no/such/page",
}  # fmt: skip
