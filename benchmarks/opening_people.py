"""Who comes to an opening: carriers who are people, and resellers who are programs. No framework, no database: plain values.

Resellers have more plates than trucks: a place is worth something to them only when they can pass it on. They click in a millisecond,
ask for what sells, hold, give back when a buyer is ready to grab, and answer every offer at once. Carriers need seconds to minutes,
sometimes hours; some change their plans; some miss an offer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

DAY_MIN = 24 * 60
MINUTE_MS = 60_000
CARRIERS, RESELLERS, RESELLER_PLATES = 200, 50, 500
TRUCKS_AT_MOST = 8
WANTS_TO_CROSS = 0.8  # of a carrier's trucks, on one day
HAS_FRESH_FRUIT = 0.12  # of these, with papers for the class above
CHANGES_PLANS = 0.06
PAYS_A_RESELLER = 0.5  # of the carriers who got nothing
PEAKS_H, PEAK_SPREAD_H = (8.0, 11.0, 15.0, 18.0), 2.5
HABITS_H = ((2, 3, 0.25), (2, 8, 0.35), (1, 24, 0.25), (24, 24, 0.15))  # (earlier, later, share): what else will do

#: How resellers name their windows: like the carriers; any hour of the day; the dearest hours and no others.
DISGUISES = ("as carriers do", "any hour", "dearest hours")


@dataclass(frozen=True)
class Vehicle:
    plate: str
    account: str
    is_reseller: bool


@dataclass(frozen=True)
class Wish:
    """One vehicle's wish for one day (minutes from midnight), and how fast its people are. Unlike a request it knows of speed."""

    vehicle: Vehicle
    rank: int
    earliest_min: int
    latest_min: int
    preferred_min: int
    clicks_after_ms: int
    answers_after_ms: int
    gives_back: bool
    would_pay: bool

    @property
    def plate(self) -> str:
        return self.vehicle.plate

    def fits(self, starts_min: int) -> bool:
        return self.earliest_min <= starts_min <= self.latest_min

    def distance_min(self, starts_min: int) -> int:
        return abs(starts_min - self.preferred_min)


def population(rng: Random, *, scale: float = 1.0) -> list[Vehicle]:
    """This will make carriers with one to eight trucks each, and resellers with ten plates each."""
    trucks = [
        Vehicle(plate=f"C{carrier}-{truck}", account=f"carrier {carrier}", is_reseller=False)
        for carrier in range(round(CARRIERS * scale))
        for truck in range(1 + min(TRUCKS_AT_MOST - 1, int(rng.expovariate(1 / 3))))
    ]
    accounts, each = round(RESELLERS * scale), RESELLER_PLATES // RESELLERS
    plates = [
        Vehicle(plate=f"R{account}-{number}", account=f"reseller {account}", is_reseller=True)
        for account in range(accounts)
        for number in range(each)
    ]
    return trucks + plates


def wishes(rng: Random, vehicles: Iterable[Vehicle], *, disguise: str = DISGUISES[0]) -> list[Wish]:
    """This will draw what everybody wants on one day: some trucks stay at home, no reseller's plate does."""
    found = []
    clicks: dict[str, int] = {}
    for vehicle in vehicles:
        if vehicle.is_reseller:
            found.append(_resellers_wish(rng, vehicle, clicks, disguise))
        elif rng.random() < WANTS_TO_CROSS:
            found.append(_carriers_wish(rng, vehicle, clicks))
    return found


def _carriers_wish(rng: Random, vehicle: Vehicle, clicks: dict[str, int]) -> Wish:
    earliest, latest, preferred = _window(rng)
    before = clicks.get(vehicle.account) or (
        _human_ms(rng) if rng.random() < 0.7 else rng.randrange(12 * 60 * MINUTE_MS)
    )
    clicks[vehicle.account] = before + rng.randrange(20_000, 90_000)  # one person fills in one form after the other
    return Wish(
        vehicle=vehicle,
        rank=1 if rng.random() < HAS_FRESH_FRUIT else 2,
        earliest_min=earliest,
        latest_min=latest,
        preferred_min=preferred,
        clicks_after_ms=before,
        answers_after_ms=_human_ms(rng),
        gives_back=rng.random() < CHANGES_PLANS,
        would_pay=rng.random() < PAYS_A_RESELLER,
    )


def _resellers_wish(rng: Random, vehicle: Vehicle, clicks: dict[str, int], disguise: str) -> Wish:
    earliest, latest, preferred = _window(rng)
    if disguise == "any hour":
        earliest, latest = 0, DAY_MIN - 60
    elif disguise == "dearest hours":
        preferred = int(rng.choice(PEAKS_H)) * 60
        earliest, latest = preferred - 60, preferred + 60
    clicks[vehicle.account] = clicks.get(vehicle.account, 0) + 1
    return Wish(
        vehicle=vehicle,
        rank=2,  # a class above needs papers of a load
        earliest_min=earliest,
        latest_min=latest,
        preferred_min=preferred,
        clicks_after_ms=clicks[vehicle.account],
        answers_after_ms=1,
        gives_back=True,  # there is no truck: sold or given back
        would_pay=False,
    )


def _window(rng: Random) -> tuple[int, int, int]:
    """Earliest, latest, preferred minute; whole hours of one day."""
    hour = int(min(23.0, max(0.0, rng.choice(PEAKS_H) + rng.gauss(0, PEAK_SPREAD_H))))
    back, forth, _ = rng.choices(HABITS_H, weights=[share for _, _, share in HABITS_H])[0]
    return max(0, hour - back) * 60, min(23, hour + forth) * 60, hour * 60


def _human_ms(rng: Random) -> int:
    """Half of them within two minutes, one in six after more than six."""
    return int(rng.lognormvariate(4.8, 1.2) * 1000)
