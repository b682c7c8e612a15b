"""What can be wrong with a reservation or a place in the order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownSlot(NotFound):
    code = "unknown_slot"
    message = _("There is no such slot.")
    field = "slot"


class SlotFull(Conflict):
    """`earlier` and `later`: the nearest slots with room ({ref, starts_at}), None where there is none."""

    code = "slot_full"
    title = _("No place left")
    message = _("All places of this slot are taken. See the nearest earlier and later free slots.")
    field = "slot"


class SlotFrozen(Conflict):
    code = "slot_frozen"
    title = _("Slot frozen")
    message = _("This slot is frozen by the port for now. Choose another one.")
    field = "slot"


class SlotPast(Invalid):
    code = "slot_past"
    title = _("Slot is over")
    message = _("This slot is already over. Choose a later one.")
    field = "slot"


class SlotTooFar(Invalid):
    code = "slot_too_far"
    title = _("Not bookable yet")
    message = _("This slot is more than %(horizon_days)s days ahead. It can be reserved later.")
    field = "slot"


class LaneClosed(Conflict):
    code = "lane_closed"
    title = _("Lane closed")
    message = _("This lane is closed: %(reason)s")
    field = "lane"


class WrongCargo(Invalid):
    code = "wrong_cargo"
    title = _("Lane does not take this cargo")
    message = _("This lane does not take that kind of cargo. Choose another lane.")
    field = "cargo_kind"


class VehicleHasAReservation(Conflict):
    code = "vehicle_has_a_reservation"
    title = _("Already reserved")
    message = _("This vehicle already has a live reservation. Change or cancel that one first.")
    field = "vehicle"


class VehicleInQueue(Conflict):
    code = "vehicle_in_queue"
    title = _("Already in the queue")
    message = _("This vehicle already stands in a queue.")
    field = "vehicle"


class HoldExpired(Conflict):
    code = "hold_expired"
    title = _("Held too long")
    message = _("The place was held for %(hold_minutes)s minutes and is free again. Choose a slot anew.")


class TooEarly(Conflict):
    code = "too_early"
    title = _("Too early")
    message = _("Check-in for this slot opens at %(opens_at)s. Your place is safe until then.")


class WrongPort(Invalid):
    code = "wrong_port"
    title = _("Another port")
    message = _("This reservation is for another port: %(port)s.")
    field = "port"


class TooLateToCancel(Conflict):
    code = "too_late_to_cancel"
    title = _("Too late")
    message = _("It is too late to change or cancel this here. Speak to the port's staff.")


class NobodyWaiting(Conflict):
    code = "nobody_waiting"
    title = _("Nobody to call")
    message = _("Nobody who may be called now is waiting in this lane.")


class SamePerson(Forbidden):
    code = "second_person_needed"
    title = _("Second person needed")
    message = _("An override is decided by another person than the one who asked for it.")


class OverrideWaiting(Conflict):
    code = "override_waiting"
    title = _("Already asked")
    message = _("An override for this vehicle already waits for a decision or for its call.")


class CapacityNotValid(Invalid):
    code = "capacity_not_valid"
    title = _("Capacity not valid")
    message = _("Capacity is a whole number from 0 to %(most)s.")
    field = "capacity"


class PolicyInThePast(Invalid):
    code = "policy_in_the_past"
    title = _("Not in the past")
    message = _("A policy takes effect at a future moment: nobody is judged by a rule made afterwards.")
    field = "effective_from"


class NotInTheYard(Conflict):
    code = "not_in_the_yard"
    title = _("Not in the yard")
    message = _("This vehicle is not in the yard: it is “%(state)s”. Let it in first.")


class HasNoBay(Conflict):
    code = "has_no_bay"
    title = _("Has no bay")
    message = _("No bay is held for this vehicle, and it stands in none.")


class CameAlready(Conflict):
    code = "came_already"
    title = _("Used already")
    message = _("With this reservation the vehicle has come once already. Check in without a reservation.")


class PolicyOutOfOrder(Invalid):
    code = "policy_out_of_order"
    title = _("Before an announced version")
    message = _("A later version is announced already for %(announced)s. The new one takes effect after it.")
    field = "effective_from"


class NoPolicy(Conflict):
    code = "no_policy"
    title = _("No rules yet")
    message = _("No rules of this port are in force yet. An administrator of the port publishes them.")


constraint("slot_never_oversold", SlotFull)
constraint(
    "reservations_slot_taken_check", Conflict
)  # its place was given back, or moved by a closure, in the same moment
constraint("one_live_reservation_per_vehicle", VehicleHasAReservation)
unique_on("one_live_reservation_per_vehicle", "reservations_reservation.vehicle_id")
constraint("one_open_entry_per_vehicle", VehicleInQueue)
unique_on("one_open_entry_per_vehicle", "reservations_queueentry.vehicle_id")
constraint("override_needs_a_second_person", SamePerson)
constraint("one_open_override_per_entry", OverrideWaiting)
unique_on("one_open_override_per_entry", "reservations_override.entry_id")
