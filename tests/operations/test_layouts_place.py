"""Where a plan lies: beside its port, far away, or beside it only with latitude and longitude swapped."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.operations.drawn import a_plan
from yards.layouts.geojson import write
from yards.operations import save_layout


@pytest.mark.parametrize(
    ("port", "origin", "code"),
    [
        (("101.68", "21.18"), (101.69, 21.18), None),
        (("4.02", "51.93"), (51.93, 4.02), "perhaps_swapped"),
        (("101.68", "21.18"), (102.4, 21.18), "far_from_port"),
    ],
)
def test_save__a_plan_anywhere__is_told_when_it_is_far_from_its_port(
    cast: Cast, port: tuple[str, str], origin: tuple[float, float], code: str | None
) -> None:
    place = cast.yard.port
    place.lon_deg, place.lat_deg = Decimal(port[0]), Decimal(port[1])
    place.save()
    data = json.dumps(write(a_plan(origin=origin))).encode()
    layout = save_layout(yard_code=cast.yard.code, data=data, **cast.by(cast.port_admin))
    found = [row[:2] for row in layout.findings if row[1] in ("perhaps_swapped", "far_from_port")]
    assert found == ([["warning", code]] if code else [])
