"""Which bay: it always fits, and the scarce ones are kept for those who need them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yards.guidance import ALTERNATIVES_KEPT, BayView, Choice, Need, choose, fits

GATE = (0.0, 0.0)
TRUCK = Need(17.0, 2.55)
REEFER = Need(17.0, 2.55, frozenset({"reefer"}))
KIT = st.frozensets(st.sampled_from(["reefer", "hazmat", "dock"]))


def bay(code: str, *, x_m: float = 10.0, length_m: float = 18.0, equipment: tuple[str, ...] = ()) -> BayView:
    return BayView(int(code[1:]), code, length_m, 3.5, frozenset(equipment), x_m, 0.0)


@st.composite
def yards(draw: st.DrawFn) -> list[BayView]:
    metres = st.floats(2, 30)
    return [
        BayView(n, f"A{n:02d}", draw(metres), draw(metres), draw(KIT), draw(st.floats(0, 300)), draw(st.floats(0, 300)))
        for n in range(draw(st.integers(0, 12)))
    ]


needs = st.builds(Need, st.floats(2, 30), st.floats(2, 30), KIT)


def chosen(bays: list[BayView], need: Need) -> Choice:
    choice = choose(bays, need, gate_m=GATE)
    assert choice is not None
    return choice


@given(yards(), needs)
def test_choose__any_yard__gives_a_bay_that_fits_or_none_when_none_does(bays: list[BayView], need: Need) -> None:
    choice = choose(bays, need, gate_m=GATE)
    if choice is None:
        assert not any(fits(one, need) for one in bays)
        return
    assert choice.bay.length_m >= need.length_m
    assert choice.bay.width_m >= need.width_m
    assert need.equipment <= choice.bay.equipment
    by_code = {one.code: one for one in bays}
    assert all(fits(by_code[code], need) and cost >= choice.cost_m for code, cost in choice.alternatives)
    assert len(choice.alternatives) == min(ALTERNATIVES_KEPT, sum(fits(one, need) for one in bays) - 1)


@given(yards(), needs, st.randoms())
def test_choose__bays_in_another_order__chooses_the_same(bays: list[BayView], need: Need, shuffler: object) -> None:
    shuffled = list(bays)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(shuffled, need, gate_m=GATE) == choose(bays, need, gate_m=GATE)


def test_choose__nobody_needs_the_power__plain_bay_far_away_beats_the_reefer_bay_at_the_gate() -> None:
    assert chosen([bay("B1", x_m=5, equipment=("reefer",)), bay("A2", x_m=200)], TRUCK).bay.code == "A2"


def test_choose__needs_the_power__takes_the_reefer_bay() -> None:
    assert chosen([bay("B1", x_m=500, equipment=("reefer",)), bay("A2", x_m=5)], REEFER).bay.code == "B1"


def test_choose__equal_way__takes_the_shorter_bay() -> None:
    assert chosen([bay("A1", length_m=25), bay("A2", length_m=18)], TRUCK).bay.code == "A2"


def test_choose__equal_cost__takes_the_lower_code() -> None:
    assert chosen([bay("A2"), bay("A1")], TRUCK).bay.code == "A1"


def test_choose__exactly_as_long_as_the_bay__fits() -> None:
    assert chosen([bay("A1", length_m=17)], TRUCK).bay.code == "A1"
    assert choose([bay("A1", length_m=16.9)], TRUCK, gate_m=GATE) is None


def test_as_json__a_choice__names_rule_cost_and_alternatives() -> None:
    assert chosen([bay("A1"), bay("A2", x_m=20)], TRUCK).as_json() == {
        "rule": "cheapest_that_fits",
        "cost_m": 20.0,
        "alternatives": [["A2", 30.0]],
    }
