"""A spreadsheet of reservation wishes: every row asks for a place of its own, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import plates
from accounts.models import PlateClass, User, Vehicle
from core.actors import Actor
from core.db import operation, steps_of
from core.errors import Busy, DomainError
from reservations.declarations.models import Declaration, Sheet
from reservations.declarations.sheets import Table
from reservations.declarations.sheets_columns import WISHES, placed, said
from reservations.declarations.sheets_drafts import Fault, faults_of
from reservations.declarations.sheets_errors import SheetFaulty
from reservations.declarations.sheets_taking import sheet_to_take, taken
from reservations.declarations.sheets_words import Choices
from reservations.operations.requests import request_places
from yards.models import CargoKind, Port

TIME_LENGTH, DAY = len("14:30:00"), timedelta(days=1)
EARLIER, LATER = timedelta(hours=1), timedelta(hours=2)  # around the preferred time, where a row names no bounds
_ask = steps_of(request_places)


@dataclass(frozen=True)
class Wish:
    """What one row asks for: the inputs of request_places, and its truck."""

    row: int
    vehicle: Vehicle
    inputs: dict[str, Any]


@dataclass(frozen=True)
class Wishes:
    """What a file of wishes says: the wishes in its order, and every fault."""

    wishes: list[Wish]
    faults: list[Fault]


class WishesRefused(SheetFaulty):
    """Some rows cannot be asked for as things are now; `refusals` are faults like those of the preview."""

    def __init__(self, refusals: Sequence[Fault]) -> None:
        super().__init__()
        self.refusals = list(refusals)


@operation
def take_wishes(*, ref: str, driver: User, again: bool = False, now: datetime, actor: Actor) -> Sheet:
    """This will ask for a place by every row of a sheet (as request_places does), for all of them or for none.

    Raises NotFound, SheetTaken, SheetFaulty, WishesRefused (what speaks against which row).
    """
    sheet = sheet_to_take(ref, again=again)
    read = wishes_of(sheet)
    if read.faults:
        raise SheetFaulty
    made: list[str] = []
    refusals: list[Fault] = []
    for wish in read.wishes:
        try:
            with transaction.atomic():  # a refused row must not hide what speaks against the next
                made += [row.ref for row in _ask(**wish.inputs, driver=driver, now=now, actor=actor)]
        except Busy:
            raise
        except DomainError as error:
            refusals.append((wish.row, _column(error.field), error.detail))
    if refusals:
        raise WishesRefused(refusals)
    taken(sheet, made, now=now)
    return sheet


def wishes_of(sheet: Sheet) -> Wishes:
    """This will read a sheet of wishes against the ports, trucks and declarations there are now. Raises SheetHeading."""
    return _Reader(sheet).read(sheet.table)


class _Reader:
    """Goes down the rows once; what it needs of the database is read once for all."""

    def __init__(self, sheet: Sheet) -> None:
        ports = list(Port.objects.filter(lanes__isnull=False).distinct().order_by("code"))
        self.ports = {port.code: port for port in ports}
        self.choices = {"port": Choices.of_ports(ports), "cargo_kind": Choices.of_labels(CargoKind.choices)}
        trucks = Vehicle.objects.filter(organisation=sheet.organisation_id, plate_class=PlateClass.TRUCK)
        self.trucks = {(truck.country, truck.plate_key): truck for truck in trucks}
        own = Declaration.objects.live().filter(organisation=sheet.organisation_id)
        names = own.values_list("ref", "own_reference")
        self.declarations = {name: ref for ref, own_name in names for name in (ref, own_name) if name}
        self.seen: dict[int, int] = {}
        self.faults: list[Fault] = []

    def read(self, table: Table) -> Wishes:
        at = placed(WISHES, table.heading)
        wishes: list[Wish] = []
        for row in table.rows:
            before = len(self.faults)
            self.faults += faults_of(row, at)
            wish = self._wish(row.number, said(row, at))
            if wish and len(self.faults) == before:
                wishes.append(wish)
        return Wishes(wishes, sorted(self.faults))

    def _wish(self, number: int, cells: dict[str, str]) -> Wish | None:
        port = self.ports.get(self._chosen(number, "port", cells))
        cargo = self._chosen(number, "cargo_kind", cells)
        truck = self._truck(number, cells)
        day = self._day(number, cells)
        declared = self._declared(number, cells)
        travel = self._minutes(number, cells)
        if not (port and cargo and truck and day):
            return None
        times = self._times(number, cells, day, port)
        if not times:
            return None
        lanes = [code.strip() for code in cells.get("lanes", "").replace("，", ",").split(",") if code.strip()]
        inputs = {
            "port_code": port.code,
            "service_date": day,
            "lane_codes": lanes,
            "vehicle_refs": [truck.ref],
            "cargo_kind": cargo,
            "evidence": cells.get("evidence", "")[:200],
            "travel_minutes": travel,
        }
        return Wish(number, truck, inputs | times | ({"declaration_ref": declared} if declared else {}))

    def _chosen(self, number: int, code: str, cells: dict[str, str]) -> str:
        found = self.choices[code].code_of(cells.get(code, ""))
        if not found:
            self._fault(
                number, code, _("Not known here. Write one of: %(choices)s.") % {"choices": self.choices[code].shown}
            )
        return found

    def _truck(self, number: int, cells: dict[str, str]) -> Vehicle | None:
        key = (cells.get("country", "").upper(), plates.normalise(cells.get("plate", "")[:60]))
        truck = self.trucks.get(key)
        if truck is None:
            self._fault(number, "plate", _("No truck of yours has this plate and country. Register it first."))
        elif truck.pk in self.seen:
            self._fault(number, "plate", _("This truck is in row %(row)s already.") % {"row": self.seen[truck.pk]})
        else:
            self.seen[truck.pk] = number
        return truck

    def _day(self, number: int, cells: dict[str, str]) -> date | None:
        try:
            day = date.fromisoformat(cells.get("service_date", "").replace("/", "-"))
        except ValueError:
            day = date.max
        if date.min < day < date.max:  # the calendar's first and last day have no neighbour to reckon with
            return day
        self._fault(number, "service_date", _("Write the day like 2026-11-30."))
        return None

    def _declared(self, number: int, cells: dict[str, str]) -> str:
        named = cells.get("declaration", "")
        if named and named not in self.declarations:
            self._fault(number, "declaration", _("No live declaration of yours has this number or reference."))
        return self.declarations.get(named, "")

    def _minutes(self, number: int, cells: dict[str, str]) -> int:
        text = cells.get("travel_minutes", "60")
        if text.isascii() and text.isdigit() and len(text) < 6:
            return int(text)
        self._fault(number, "travel_minutes", _("Write whole minutes, such as 90."))
        return 0

    def _times(self, number: int, cells: dict[str, str], day: date, port: Port) -> dict[str, datetime]:
        """The preferred time and, where they are not named, bounds around it that stay on the day."""
        midnight = datetime.combine(day, time(), port.tz)
        bounds = {
            "preferred_at": None,
            "earliest_at": lambda preferred: max(midnight, preferred - EARLIER),
            "latest_at": lambda preferred: min(midnight + DAY, preferred + LATER),
        }
        times: dict[str, datetime] = {}
        for code, usual in bounds.items():
            if usual and code not in cells:
                times[code] = usual(times["preferred_at"])
                continue
            moment = _moment(cells.get(code, ""), day, port)
            if moment is None:
                self._fault(number, code, _("Write the time like 14:30, on the port's clock."))
                return {}
            times[code] = moment
        return times

    def _fault(self, number: int, code: str, words: str) -> None:
        if not any(fault[:2] == (number, code) for fault in self.faults):
            self.faults.append((number, code, words))


def _moment(text: str, day: date, port: Port) -> datetime | None:
    """A time of the day, or a whole moment in ISO 8601 as a workbook's cell of dates gives it: the port's, unless it names its zone.

    None for what is no time, and for a moment that lies days away.
    """
    text = text.strip().replace("：", ":")
    try:
        is_time = len(text) <= TIME_LENGTH
        said = (
            datetime.combine(day, time.fromisoformat(text.rjust(5, "0"))) if is_time else datetime.fromisoformat(text)
        )
    except ValueError:
        return None
    said = said if said.tzinfo else said.replace(tzinfo=port.tz)
    return said if abs(said - datetime.combine(day, time(), port.tz)) <= 2 * DAY else None


def _column(field: str) -> str:
    """The column that a refusal speaks of; the plate where it speaks of the whole row."""
    known = {column.code for column in WISHES}
    named = {"vehicles": "plate", "vehicle": "plate", "lane": "lanes", "lane_codes": "lanes", "port_code": "port"}
    return field if field in known else named.get(field, "plate")
