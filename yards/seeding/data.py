"""The files of yards/data as field values of the models."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data"
CALENDARS = ("holidays_cn.json", "holidays_other.json")
SAME_NAME = (
    *("code", "kind", "level", "positioning", "cluster", "tier", "unlocode", "source"),
    *("name_en", "name_zh", "name_paper", "county_en", "county_zh"),
    *("counterpart_country", "counterpart_en", "counterpart_zh", "counterpart_place"),
)


def ports() -> list[dict[str, Any]]:
    """This will return the field values of `Port`, one dict per port, in the order of the file."""
    return [_port(row) for row in _read("ports.json")]


def calendar_days() -> list[dict[str, Any]]:
    """This will return the field values of `CalendarDay`, one dict per day; the file's source becomes each day's."""
    files = [_read(name) for name in CALENDARS]
    return [
        day | {"date": date.fromisoformat(day["date"]), "source": file["source"]}
        for file in files
        for day in file["days"]
    ]


def _port(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in SAME_NAME} | {
        "time_zone": row["tz"],
        "counterpart_time_zone": row["counterpart_tz"],
        "lat_deg": Decimal(str(row["lat"])),
        "lon_deg": Decimal(str(row["lon"])),
    }


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
