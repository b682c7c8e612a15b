"""Charts of one page's own figures, drawn with the page: pygal writes inline styles, so each is an image within the page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pygal
from django.utils.translation import gettext as _

from web.staff.charts import drawn, look

LABELS = 4
Series = Sequence[tuple[str, Sequence[float | None]]]


@dataclass(frozen=True)
class Picture:
    """A chart in both screens' colours; `alt` says what it shows, a table beside it has the figures."""

    light: str
    dark: str
    alt: str


def bars(labels: Sequence[str], series: Series, *, alt: str, title: str = "", unit: str = "") -> Picture:
    """This will draw groups of bars, one group per label."""

    def draw(theme: str) -> bytes:
        chart = pygal.Bar(**look(theme), x_labels=list(labels), x_title=title, y_title=unit)
        for name, values in series:
            chart.add(name, list(values))
        return drawn(chart)

    return _picture(draw, alt)


def stacked(labels: Sequence[str], series: Series, *, alt: str, title: str = "", unit: str = "") -> Picture:
    """This will draw one bar per label, the series on top of each other; None leaves a part out."""

    def draw(theme: str) -> bytes:
        chart = pygal.StackedBar(**look(theme), x_labels=list(labels), x_title=title, y_title=unit)
        for name, values in series:
            chart.add(name, list(values))
        heights = [sum(value or 0 for value in column) for column in zip(*(v for _name, v in series), strict=True)]
        return drawn(chart, values=heights)

    return _picture(draw, alt)


def steps(points: Sequence[tuple[datetime, float | None]], *, until: datetime, name: str, alt: str, tz: Any) -> Picture:
    """This will draw a figure that holds from each point to the next one; None leaves a gap."""
    line: list[tuple[datetime, float | None]] = []
    ends = [*(at for at, _value in points[1:]), until]
    for (at, value), ends_at in zip(points, ends, strict=True):
        line += [(at, value), (ends_at, value)]

    def draw(theme: str) -> bytes:
        settings = look(theme)
        settings["style"].stroke_width, settings["style"].stroke_opacity = "4", "1"
        chart = pygal.DateTimeLine(
            **settings,
            y_title=_("vehicles an hour"),
            dots_size=3,
            allow_interruptions=True,
            x_labels=_moments(line),
            x_value_formatter=lambda at: f"{at.astimezone(tz):%m-%d %H:%M}",
            truncate_label=-1,
            margin_right=60,  # half of the last label
        )
        chart.add(name, line)
        return drawn(chart, values=[value for _at, value in line])

    return _picture(draw, alt)


def _moments(line: Sequence[tuple[datetime, float | None]]) -> list[datetime]:
    """Some moments, evenly spread, to write below the axis."""
    begins_at, whole = line[0][0], line[-1][0] - line[0][0]
    return [begins_at + whole * n / LABELS for n in range(LABELS + 1)] if whole else [begins_at]


def _picture(draw: Callable[[str], bytes], alt: str) -> Picture:
    light, dark = (f"data:image/svg+xml;base64,{b64encode(draw(theme)).decode()}" for theme in ("light", "dark"))
    return Picture(light, dark, alt)
