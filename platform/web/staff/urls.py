"""Paths of the port's people: the desk of a yard, and what supervisors look after."""

from __future__ import annotations

from django.urls import path

from web.staff import (
    places,
    views_bays,
    views_console,
    views_day,
    views_devices,
    views_entries,
    views_lanes,
    views_ledger,
    views_overrides,
    views_people,
    views_policy,
    views_slots,
    views_walk_up,
)

YARD = "staff/yards/<slug:yard_code>/"
ENTRY = YARD + "entries/<str:ref>/"
PORT = "staff/ports/<slug:port_code>/"

urlpatterns = [
    path("staff/", views_console.home, name="staff"),
    path(YARD, views_console.console, name="console"),
    path(YARD + "walk-up/", views_walk_up.walk_up, name="console_walk_up"),
    path(YARD + "lanes/<slug:lane_code>/call/", views_lanes.call, name="console_call"),
    path(YARD + "lanes/<slug:lane_code>/close/", views_lanes.close, name="console_lane_close"),
    path(YARD + "lanes/<slug:lane_code>/open/", views_lanes.reopen, name="console_lane_open"),
    path(YARD + "lanes/<slug:lane_code>/auto-call/", views_lanes.auto_call, name="console_auto_call"),
    path(ENTRY, views_entries.entry, name="console_entry"),
    path(ENTRY + "admit/", views_entries.admit, name="console_admit"),
    path(ENTRY + "in-bay/", views_entries.in_bay, name="console_in_bay"),
    path(ENTRY + "missed/", views_entries.missed, name="console_missed"),
    path(ENTRY + "withdraw/", views_entries.withdraw, name="console_withdraw"),
    path(ENTRY + "move/", views_entries.move, name="console_move"),
    path(ENTRY + "release/", views_entries.release, name="console_release"),
    path(ENTRY + "exit/", views_entries.leave, name="console_exit"),
    path(ENTRY + "override/", views_overrides.ask_for, name="console_override"),
    path(YARD + "overrides/<str:ref>/<str:answer>/", views_overrides.decide, name="console_decide"),
    path(YARD + "bays/<str:bay_code>/", views_bays.bay, name="console_bay"),
    path(YARD + "bays/<str:bay_code>/block/", views_bays.block, name="console_block"),
    path(YARD + "bays/<str:bay_code>/unblock/", views_bays.unblock, name="console_unblock"),
    path(PORT + "slots/", views_slots.slots, name="staff_slots"),
    path(PORT + "slots/<str:ref>/", views_slots.slot, name="staff_slot"),
    path(PORT + "slots/<str:ref>/freeze/", views_slots.freeze, name="staff_slot_freeze"),
    path(PORT + "reservations/<str:ref>/revoke/", places.revoke, name="staff_revoke_place"),
    path(PORT + "policy/", views_policy.policy, name="staff_policy"),
    path(PORT + "policy/new/", views_policy.publish, name="staff_policy_new"),
    path(PORT + "people/", views_people.people, name="staff_people"),
    path(PORT + "people/grant/", views_people.grant, name="staff_grant"),
    path(PORT + "people/<str:ref>/<str:role>/revoke/", views_people.revoke, name="staff_revoke"),
    path(PORT + "devices/", views_devices.devices, name="staff_devices"),
    path(PORT + "devices/enrol/", views_devices.enrol, name="staff_enrol"),
    path(PORT + "devices/<str:ref>/renew/", views_devices.renew, name="staff_device_renew"),
    path(PORT + "devices/<str:ref>/switch/", views_devices.switch, name="staff_device_switch"),
    path(PORT + "ledger/", views_ledger.ledger_page, name="staff_ledger"),
    path(PORT + "day/", views_day.day, name="staff_day"),
    path(PORT + "day/figures.csv", views_day.figures, name="staff_day_csv"),
    path(PORT + "day/<str:chart>.svg", views_day.chart, name="staff_day_chart"),
]
