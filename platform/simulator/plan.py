"""Who comes, with what, and how he behaves: drawn by a seeded generator, so that a seed is a day (docs/simulate.md)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Shares that fill the lanes of a hub evenly; the port's real mix is not published.
CARGO = {"general": 0.36, "ecommerce": 0.06, "empty": 0.08, "perishable": 0.36, "bulk": 0.09, "hazardous": 0.05}
HABITS = {
    "walks_up": 0.12,  # comes without a reservation
    "cancels": 0.03,
    "comes_late": 0.04,  # after the slot's end, within grace or beyond
    "never_comes": 0.03,
    "double_clicks": 0.10,  # sends the same wish twice at once, with one key
    "loses_net": 0.05,  # never hears the answer to his wish, asks again with the same key
    "misses_call": 0.02,
    "own_socket": 0.05,  # the others watch the wall's board
}
REEFERS = 0.6  # of those with perishables
LONG = 0.03  # combinations of 21 m; no reefer is so long


@dataclass(frozen=True)
class Trip:
    """One truck's day. Spans of minutes are of the server's time."""

    number: int
    phone: str
    country: str
    plate: str
    length_m: float
    reefer: bool
    direction: str
    cargo_kind: str
    wishes_at: datetime
    reserves_at: datetime
    habits: frozenset[str]
    late_min: float
    to_gate_min: float
    to_bay_min: float
    dwell_min: float


def trips(moments: list[datetime], *, seed: int, not_before: datetime) -> list[Trip]:
    """This will make one trip per arrival moment; nobody reserves before `not_before`."""
    dice = random.Random(f"{seed} trips")  # noqa: S311  (a repeatable sample is wanted)
    return [_trip(number, moment, dice, seed, not_before) for number, moment in enumerate(moments)]


def _trip(number: int, moment: datetime, dice: random.Random, seed: int, not_before: datetime) -> Trip:
    cargo = dice.choices(list(CARGO), weights=list(CARGO.values()))[0]
    reefer = cargo == "perishable" and dice.random() < REEFERS
    country, phone, plate = _identity(number, seed)
    early = moment - timedelta(hours=dice.lognormvariate(1.5, 0.7))
    return Trip(
        number=number,
        phone=phone,
        country=country,
        plate=plate,
        length_m=21.0 if dice.random() < LONG and not reefer else 17.0,
        reefer=reefer,
        direction=dice.choice(["inbound", "outbound"]),
        cargo_kind=cargo,
        wishes_at=moment,
        reserves_at=max(early, not_before + timedelta(minutes=dice.uniform(0, 60))),
        habits=frozenset(name for name, share in HABITS.items() if dice.random() < share),
        late_min=dice.uniform(5, 75),
        to_gate_min=dice.uniform(2, 9),
        to_bay_min=dice.uniform(1, 4),
        dwell_min=min(60.0, dice.lognormvariate(2.9, 0.4)),  # half of them under 18 minutes
    )


def _identity(number: int, seed: int) -> tuple[str, str, str]:
    """Seven of ten trucks are Chinese, two Lao, one Vietnamese; a seed has its own people."""
    salt = seed % 100
    if number % 10 < 7:
        return "CN", f"+86139{salt:02d}{number:06d}", f"云J{salt:02d}{number:05d}"
    if number % 10 < 9:
        return "LA", f"+85620{5_000_0000 + salt * 100_000 + number:08d}", f"ກຂ {salt:02d}{number:05d}"
    return "VN", f"+8491{salt:02d}{number:05d}", f"29C-{salt:02d}{number:05d}"
