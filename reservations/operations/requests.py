"""Asking for a place: one wish for each vehicle, made in the day's round, or answered at once where no round is to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import Conflict, NotFound, WrongState
from core.ids import new_ref
from core.ledger import record
from core.machine import advance, begin_many
from reservations.errors import RequestClosed, RoundNotOpen, RoundRuns
from reservations.models import Policy, Request, RequestState, Round
from reservations.operations import asking, declared_trips, driving, placing
from reservations.operations.asking import Times
from reservations.operations.days import check_day_without_round, local
from reservations.operations.supply import ensure_policy
from reservations.streams import port_stream
from yards.errors import UnknownPort
from yards.models import CargoKind, Lane, Port


@operation
def request_places(
    *,
    port_code: str,
    service_date: date,
    lane_codes: Sequence[str],
    vehicle_refs: Sequence[str],
    cargo_kind: str,
    earliest_at: datetime,
    latest_at: datetime,
    preferred_at: datetime,
    evidence: str = "",
    travel_minutes: int = 60,
    declaration_ref: str = "",
    driver: User | None,
    driver_refs: Mapping[str, str] | None = None,
    now: datetime,
    actor: Actor,
) -> list[Request]:
    """This will ask for a place for each vehicle (new → requested); several vehicles are one bundle and come close together.

    `lane_codes` empty: every lane that fits. `driver`: who asks, and drives unless `driver_refs` (vehicle → driver) names another or it
    is a program (operations/driving.py). After the round's result and on days without a round a place is found at once where
    there is one (new → placed); else the request waits for the next batch. A place for which the port asks for a ready declaration
    by now is given with one only. Raises UnknownPort, UnknownLane, NotFound (vehicles),
    Invalid, TimesOutOfOrder, RoundNotOpen, RoundRuns, SlotTooFar, WrongCargo, LaneDoesNotFit, EvidenceNeeded, DayClosed,
    IntervalTooShort, BundleOfOneOrganisation, BundleTooBig, VehicleHasAReservation, VehicleHasARequest, RequestLimit, VehiclePaused.
    """
    port = _port(port_code)
    times = Times(earliest_at, latest_at, preferred_at)
    asking.check_times(times, port=port, day=service_date, now=now)
    asking.check_travel(travel_minutes)
    vehicles = asking.vehicles_of(vehicle_refs, driver)
    held = Round.objects.select_related("policy").filter(port=port, service_date=service_date).first()
    round_ = held if held and held.state != "void" else None
    policy = round_.policy if round_ else ensure_policy(port, now=now)
    _check_phase(held, policy, port, service_date, now)
    asking.check_evidence(policy, cargo_kind, evidence)
    lanes = asking.lanes_for(port, lane_codes, cargo_kind, vehicles, now=now)
    is_asked = _is_asked(policy, times, cargo_kind, now)
    declaration = declared_trips.for_lanes(declaration_ref, vehicles, lanes, is_asked=is_asked, now=now)
    asking.check_day(lanes, times, day=service_date, vehicles=len(vehicles), policy=policy, now=now)
    asking.check_no_reservation(vehicles)
    asking.check_request_limit(vehicles, driver)
    asking.check_no_pause(vehicles, policy, port, now)
    drivers = [driving.driver_of(driver, each, (driver_refs or {}).get(each.ref, "")) for each in vehicles]
    chosen = (
        []
        if _is_collecting(round_)
        else placing.take_now(round_, policy, lanes, times, vehicles, cargo_kind, declaration, driver=driver, now=now)
    )
    reservations = placing.promise_now(vehicles, chosen, drivers, cargo_kind, declaration, now=now) if chosen else []
    asked = {
        "port": port,
        "service_date": service_date,
        "round": round_ if _is_collecting(round_) else None,  # the one it is drawn in
        "cargo_kind": cargo_kind,
        "declaration": declaration,
        "queue_class": policy.class_of(cargo_kind),
        "evidence": evidence.strip(),
        "travel_minutes": travel_minutes,
        "created_at": now,
        "changed_at": now,
    }
    requests = _begin(vehicles, drivers, asked | asdict(times))
    if reservations:
        placing.grant(requests, reservations, now=now)
    _set_lanes(requests, lanes)
    _tell(requests, lanes, policy)
    placing.tell_granted(requests)
    return requests


@operation
def change_request(
    *,
    ref: str,
    earliest_at: datetime,
    latest_at: datetime,
    preferred_at: datetime,
    lane_codes: Sequence[str],
    expected_changed_at: datetime | None = None,
    now: datetime,
    actor: Actor,
) -> Request:
    """This will change the times and lanes of a request, and with it those of its whole bundle; its state and place in the order stay.

    `expected_changed_at`: `changed_at` as the caller has seen it. Raises NotFound, Conflict (changed meanwhile), WrongState (not waiting
    any more), RequestClosed (its round is being drawn), and of request_places what is wrong with the times, lanes and day.
    """
    request = _waiting(ref, expected_changed_at, now)
    times = Times(earliest_at, latest_at, preferred_at)
    policy = request.round.policy if request.round else ensure_policy(request.port, now=now)
    together = _together(request)
    vehicles = [row.vehicle for row in together]
    asking.check_times(times, port=request.port, day=request.service_date, now=now)
    lanes = asking.lanes_for(request.port, lane_codes, request.cargo_kind, vehicles, now=now)
    asking.check_day(lanes, times, day=request.service_date, vehicles=len(vehicles), policy=policy, now=now)
    for row in together:
        _change(row, lanes, asdict(times) | {"changed_at": now})
    return next(row for row in together if row.pk == request.pk)


@operation
def withdraw_request(*, ref: str, now: datetime, actor: Actor) -> Request:
    """This will end a request that its holder gives up (requested or standby → withdrawn). Of a bundle only this vehicle leaves.

    Raises NotFound, WrongState (decline an offer first), RequestClosed: a draw that could be repeated by leaving would be no draw.
    """
    request = _waiting(ref, None, now)
    advance(request, "withdrawn", ended_at=now)
    record_request(request, "request.withdrawn", round=request.round.ref if request.round else None)
    return request


# ------------------------------------------------------------- steps, used by other operations of this app


def found_request(ref: str) -> Request:
    """This will return a request with its port, round and vehicle. No lock: whoever moves it compares and sets."""
    row = Request.objects.select_related("port", "round__policy", "vehicle", "slot__lane", "reservation__slot")
    request = row.filter(ref=ref).first()
    if request is None:
        raise NotFound(field="request")
    return request


def record_request(request: Request, kind: str, *, reason: str = "", **facts: Any) -> None:
    """This will tell of a request in its port's stream."""
    record(port_stream(request.port), kind, reason=reason, request=request.ref, **facts)


def _port(code: str) -> Port:
    port = Port.objects.filter(code=code).first()
    if port is None:
        raise UnknownPort
    return port


def _check_phase(round_: Round | None, policy: Policy, port: Port, day: date, now: datetime) -> None:
    """The clock decides, not the sweep: a beat that is late neither opens a round late nor keeps it open."""
    if round_ is None:
        check_day_without_round(policy, port, day, now=now)
    elif round_.state == "void":
        return
    elif now < round_.opens_at:
        raise RoundNotOpen(service_date=day.isoformat(), opens_at=local(round_.opens_at, port))
    elif _runs(round_, now):
        raise RoundRuns(service_date=day.isoformat(), publishes_at=local(round_.publishes_at, port))


def _is_asked(policy: Policy, times: Times, cargo_kind: str, now: datetime) -> bool:
    """Whether a ready declaration is due by now for the earliest place that would do."""
    hours = policy.declaration_hours if cargo_kind != CargoKind.EMPTY else 0
    return bool(hours) and times.earliest_at - timedelta(hours=hours) <= now


def _is_collecting(round_: Round | None) -> bool:
    return round_ is not None and round_.state in ("announced", "open")


def _runs(round_: Round, now: datetime) -> bool:
    return round_.state in ("closed", "drawn", "failed") or (_is_collecting(round_) and now >= round_.closes_at)


def _begin(vehicles: Sequence[Vehicle], drivers: Sequence[User | None], asked: dict[str, Any]) -> list[Request]:
    bundle = new_ref("B") if len(vehicles) > 1 else ""
    own = (
        {"vehicle": each, "driver": driver, "organisation_id": each.organisation_id, "bundle": bundle}
        for each, driver in zip(vehicles, drivers, strict=True)
    )
    return begin_many(Request, "requested", (asked | each for each in own))


def _tell(requests: Sequence[Request], lanes: Sequence[Lane], policy: Policy) -> None:
    stream = port_stream(requests[0].port)
    for row in requests:
        record(
            stream,
            "request.made",
            policy_version=policy.version,
            request=row.ref,
            round=row.round.ref if row.round else None,
            service_date=row.service_date.isoformat(),
            vehicle=row.vehicle.ref,
            organisation=row.vehicle.organisation.ref if row.vehicle.organisation else None,
            cargo_kind=row.cargo_kind,
            bundle=row.bundle,
            **{"class": row.queue_class},
            **_asked_times(row, lanes),
        )


def _set_lanes(requests: Sequence[Request], lanes: Sequence[Lane]) -> None:
    link = Request.lanes.through
    link.objects.filter(request__in=requests).delete()
    link.objects.bulk_create([link(request_id=row.pk, lane_id=lane.pk) for row in requests for lane in lanes])


def _asked_times(row: Request, lanes: Sequence[Lane]) -> dict[str, Any]:
    moments = {name: getattr(row, name).isoformat() for name in ("earliest_at", "latest_at", "preferred_at")}
    return moments | {"lanes": [lane.code for lane in lanes]}


def _waiting(ref: str, expected_changed_at: datetime | None, now: datetime) -> Request:
    """A request that its holder may still change: it waits, and nobody is drawing over it."""
    request = found_request(ref)
    if request.state not in ("requested", "standby"):
        raise WrongState(state=request.get_state_display(), to=RequestState.WITHDRAWN.label)
    if expected_changed_at not in (None, request.changed_at):
        raise Conflict
    if request.state == "requested" and request.round and _runs(request.round, now):
        raise RequestClosed(publishes_at=local(request.round.publishes_at, request.port))
    return request


def _together(request: Request) -> list[Request]:
    if not request.bundle:
        return [request]
    rows = Request.objects.select_related("port", "round", "vehicle").filter(bundle=request.bundle)
    return list(rows.filter(state=request.state).order_by("pk"))


def _change(row: Request, lanes: Sequence[Lane], values: dict[str, Any]) -> None:
    unmoved = Request.objects.filter(pk=row.pk, state=row.state, changed_at=row.changed_at)
    if not unmoved.update(**values):
        raise Conflict
    for name, value in values.items():
        setattr(row, name, value)
    _set_lanes([row], lanes)
    record_request(row, "request.changed", round=row.round.ref if row.round else None, **_asked_times(row, lanes))
