"""The day's figures as SVG pictures. pygal writes inline styles, so these are served as images, never put into a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pygal
from django.utils.translation import gettext as _
from pygal.style import Style

from reservations.kpis import Day, Spread

FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
# Told apart by lightness as well as hue; measured against both papers for 3:1 (WCAG 1.4.11).
LIGHT = {
    "paper": "#ffffff",
    "ink": "#14201a",
    "faint": "#4d5a53",
    "colors": ("#1d5fa8", "#c2570c", "#3d8b5f", "#8a5a9e", "#a8b3ad"),
}
DARK = {
    "paper": "#151d19",
    "ink": "#e9f0eb",
    "faint": "#a7b5ad",
    "colors": ("#6cb2ff", "#ffae66", "#7fd6a4", "#d5a6e6", "#5b6b63"),
}
LEAST_PEAK = 5  # a quiet day keeps whole numbers on its axis
THEMES = {"light": LIGHT, "dark": DARK}


def hours(day: Day, theme: str) -> bytes:
    """This will draw arrivals, calls and exits for each hour of the day."""
    chart = pygal.Bar(**look(theme), x_labels=[f"{hour:02d}" for hour in range(24)], x_title=_("hour"))
    chart.add(_("Arrivals"), day.arrivals)
    chart.add(_("Calls"), day.calls)
    chart.add(_("Exits"), day.exits)
    return drawn(chart)


def waits(day: Day, theme: str) -> bytes:
    """This will draw the percentiles of waiting and of the time in the yard, in minutes."""
    chart = pygal.Bar(**look(theme), x_labels=[_("half of all"), _("8 of 10"), _("19 of 20")], y_title=_("minutes"))
    chart.add(_("Wait for the call"), _values(day.wait))
    chart.add(_("Time in the yard"), _values(day.turn))
    return drawn(chart)


def slots(day: Day, theme: str) -> bytes:
    """This will draw planned against taken places per lane."""
    labels = [lane.lane.code.removeprefix(f"{day.port.code}-") for lane in day.lanes]
    chart = pygal.Bar(**look(theme), x_labels=labels, y_title=_("places"))
    chart.add(_("Planned"), [lane.slots.planned for lane in day.lanes])
    chart.add(_("Taken"), [lane.slots.taken for lane in day.lanes])
    return drawn(chart)


CHARTS: dict[str, Callable[[Day, str], bytes]] = {"hours": hours, "waits": waits, "slots": slots}


def _values(spread: Spread) -> list[int | None]:
    return [spread.low_min, spread.high_min, spread.top_min]


def drawn(chart: Any, values: Iterable[float | None] | None = None) -> bytes:
    """This will render a chart whose axis begins at nothing; `values` where its series hold more than plain figures."""
    found = values if values is not None else (value for series in chart.raw_series for value in series[0])
    peak = max((value or 0 for value in found), default=0)
    chart.config.legend_at_bottom_columns = len(chart.raw_series)
    chart.config.range = (0, max(LEAST_PEAK, peak))
    drawing: bytes = chart.render()
    return drawing


def look(theme: str) -> dict[str, Any]:
    """This will return the settings that all charts of the desk share, for a light or a dark screen."""
    colours: dict[str, Any] = THEMES[theme]
    style = Style(
        background=colours["paper"],
        plot_background=colours["paper"],
        foreground=colours["ink"],
        foreground_strong=colours["ink"],
        foreground_subtle=colours["faint"],
        colors=colours["colors"],
        opacity="1",
        opacity_hover="1",
        transition="0s",
        font_family=FONT,
        label_font_size=16,
        major_label_font_size=16,
        legend_font_size=18,
        no_data_font_size=22,
        guide_stroke_color=colours["faint"],
        major_guide_stroke_color=colours["faint"],
    )
    return {
        "style": style,
        "js": [],  # pygal's default fetches a script from another host
        "width": 860,
        "height": 360,
        "legend_at_bottom": True,
        "legend_box_size": 16,
        "margin": 12,
        "spacing": 12,
        "show_y_guides": True,
        "no_data_text": _("Nothing happened on this day."),
        "disable_xml_declaration": False,
    }
