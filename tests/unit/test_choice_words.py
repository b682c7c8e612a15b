"""Why a bay was chosen, in words: of choices as they are stored now, and as they were."""

from __future__ import annotations

from django.utils.translation import override

from yards.choice_words import LOST, PARTS, REFUSED, part_words, refusal_words, words_of

STORED = {
    "rule": "least_total_cost",
    "cost_m": 450.2,
    "parts": {"drive_in": 300.0, "drive_on": 120.2, "traffic": 30.0, "scarcity": 0.0},
    "need": {"length_m": 17.0, "width_m": 2.5, "equipment": ["hazmat"], "hazard": "?"},
    "gate": "G1",
    "next_step": "dock",
    "hour": 9,
    "stay_min": 135,
    "alternatives": [["B-2", 470.0, {"drive_in": 470.0}, "longer_way"]],
    "instead_of": "C-3",
}


def told(why: dict[str, object]) -> str:
    with override("en"):
        return " ".join(words_of(why))


def test_words_of__a_choice_by_cost__tell_need_cost_errand_and_what_others_lost_by() -> None:
    assert told(STORED) == (
        "Needed: 17.0 m long and 2.5 m wide, hazardous goods stand, dangerous goods of a class nobody named. "
        "Chosen for the least total cost: 450 m (drive in 300 m, drive on to the next step 120 m, "
        "a truck is moving in the aisle 30 m). In by gate G1, then dock; expected to stand 135 min. "
        "Next best: bay B-2, 470 m: a longer way. Before it had bay C-3."
    )


def test_words_of__choices_of_before_there_were_plans__are_still_told() -> None:
    old = {"rule": "cheapest_that_fits", "cost_m": 20.0, "alternatives": [["A2", 30.0]]}
    assert told(old) == "The cheapest bay that fitted: 20 m. Next best: bay A2, 30 m."


def test_words_of__named_by_a_person_against_reasons__tells_them() -> None:
    why = {"rule": "named_by_a_person", "instead_of": "A1", "against": ["too_short"]}
    assert told(why) == "Named by a person. What spoke against it: too short. Before it had bay A1."


def test_words_of__nothing_noted__says_nothing() -> None:
    assert words_of({}) == []
    assert words_of({"rule": "of another time"}) == []


def test_refusal_words__every_code_guidance_gives__has_its_own_words() -> None:
    with override("en"):
        assert refusal_words(["taken", "segregation"]) == ["held or occupied", "too near to other dangerous goods"]
        assert len({str(words) for words in (REFUSED | LOST | PARTS).values()}) == len(REFUSED) + len(LOST) + len(PARTS)


def test_part_words__parts_that_count_for_nothing__are_left_out() -> None:
    with override("en"):
        assert part_words({"drive_in": 12.4, "scarcity": 0.2}) == [("drive in", 12)]
