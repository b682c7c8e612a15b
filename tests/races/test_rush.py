"""The races in short form, on the database under test. `make races` runs them at length on both databases."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from audit.auditor import Auditor
from tests.races import bay, mutant, rush, world

SHORT = {"attempts": 600, "clients": 64, "seed": 1}


@pytest.fixture
def hot(transactional_db: None) -> world.World:
    return world.build(slots=100, places=2, trucks=600)


def test_reserve__64_clients_on_100_hot_slots__nothing_oversold_lost_or_doubled(hot: world.World) -> None:
    journal = rush.run(hot, **SHORT)
    counted = rush.verdict(hot, journal)
    wrong = ("oversold", "lost", "duplicates", "false_full", "counters_wrong", "locked_errors", "other_errors")
    assert {name: counted[name] for name in wrong} == dict.fromkeys(wrong, 0), journal.said
    wanted = Counter(slot for slot, _ in {(wish.slot, wish.key) for wish in rush.wishes(hot, attempts=600, seed=1)})
    assert counted["placed"] == sum(min(hot.places, trucks) for trucks in wanted.values())
    assert [str(finding) for finding in Auditor().findings()] == []


def test_reserve__guard_removed__same_rush_oversells_and_only_rows_tell(hot: world.World) -> None:
    with mutant.without_guard() as look:
        journal = rush.run(hot, **SHORT, before=look)
    counted = rush.verdict(hot, journal)
    assert counted["oversold"] > 0
    assert counted["counters_wrong"] > 0
    assert any(finding.check in ("places", "counts") for finding in Auditor().findings())


def test_reserve__one_key_64_times_at_once__one_place(transactional_db: None) -> None:
    small = world.build(slots=1, places=10, trucks=1)
    attempt = rush.Attempt("the-key", *small.slots[0], small.trucks[0], hangs_up=False)
    said: Counter[str] = Counter()
    refs: set[str] = set()

    def client() -> None:
        mine = rush.Journal()
        rush._ask(attempt, mine)
        connection.close()
        said.update(mine.said)
        refs.update(*mine.places.values())

    threads = [threading.Thread(target=client) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refs) == 1
    assert (said["placed"], said["replayed"]) == (1, 63)


def test_call_next__40_racers_on_one_bay__one_wins(transactional_db: None) -> None:
    world.lay_out()
    outcome = bay.run()
    assert outcome == {"racers": 40, "winners": 1, "called": 1, "told_called": 1, "told_no_bay": 39}
    assert [str(finding) for finding in Auditor().findings()] == []
