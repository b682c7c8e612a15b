"""Staff audience: its paths below /api/v1/staff/."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from reservations.api import guides
from reservations.api import staff_disruption as disruption
from reservations.api import staff_entries as entries
from reservations.api import staff_guidance as guidance
from reservations.api import staff_rounds as rounds
from reservations.api import staff_supply as supply
from reservations.api import staff_yards as yards

urlpatterns = [
    path("yards/<code:code>/", yards.YardNow.as_view(), name="staff_yard"),
    path("yards/<code:code>/ledger/", yards.Ledger.as_view(), name="staff_ledger"),
    path("yards/<code:code>/bays/<code:bay_code>/block/", yards.Block.as_view(), name="staff_bay_block"),
    path("yards/<code:code>/bays/<code:bay_code>/unblock/", yards.Unblock.as_view(), name="staff_bay_unblock"),
    path("yards/<code:code>/obstructions/", guidance.Obstructions.as_view(), name="staff_obstructions"),
    path("yards/<code:code>/aisles/cut-off/", guidance.CutOff.as_view(), name="staff_aisles_cut_off"),
    path("yards/<code:code>/aisles/block/", guidance.BlockAisle.as_view(), name="staff_aisles_block"),
    path("yards/<code:code>/aisles/unblock/", guidance.UnblockAisle.as_view(), name="staff_aisles_unblock"),
    path("yards/<code:code>/zones/block/", guidance.BlockZone.as_view(), name="staff_zones_block"),
    path("yards/<code:code>/zones/unblock/", guidance.UnblockZone.as_view(), name="staff_zones_unblock"),
    path("yards/<code:code>/zones/evacuate/", guidance.Evacuate.as_view(), name="staff_zones_evacuate"),
    path("yards/<code:code>/zones/evacuation-end/", guidance.EndEvacuation.as_view(), name="staff_evacuation_end"),
    path("yards/<code:code>/sensors/dismiss/", guidance.Dismiss.as_view(), name="staff_sensors_dismiss"),
    path("lanes/<code:code>/call/", yards.Call.as_view(), name="staff_call"),
    path("lanes/<code:code>/open/", yards.Open.as_view(), name="staff_lane_open"),
    path("lanes/<code:code>/close/", yards.Close.as_view(), name="staff_lane_close"),
    path("lanes/<code:code>/auto-call/", yards.AutoCall.as_view(), name="staff_lane_auto_call"),
    path("lanes/<code:code>/slots/", supply.Slots.as_view(), name="staff_slots"),
    path("slots/<ref:ref>/capacity/", supply.Capacity.as_view(), name="staff_slot_capacity"),
    path("slots/<ref:ref>/freeze/", supply.Freeze.as_view(), name="staff_slot_freeze"),
    path("ports/<code:code>/policies/", supply.Policies.as_view(), name="staff_policies"),
    path("ports/<code:code>/reservations/", supply.Reservations.as_view(), name="staff_reservations"),
    path("reservations/<ref:ref>/revoke/", supply.Revoke.as_view(), name="staff_revoke"),
    path("ports/<code:code>/rounds/", rounds.Rounds.as_view(), name="staff_rounds"),
    path("rounds/<ref:ref>/", rounds.OneRound.as_view(), name="staff_round"),
    path("rounds/<ref:ref>/retry/", rounds.Retry.as_view(), name="staff_round_retry"),
    path("rounds/<ref:ref>/void/", rounds.Void.as_view(), name="staff_round_void"),
    path("rounds/<ref:ref>/what-if/", rounds.WhatIf.as_view(), name="staff_what_if"),
    path("lanes/<code:code>/standby/", rounds.Standby.as_view(), name="staff_standby"),
    path("ports/<code:code>/closures/", disruption.Closures.as_view(), name="staff_closures"),
    path("ports/<code:code>/closures/preview/", disruption.Preview.as_view(), name="staff_closure_preview"),
    path("closures/<ref:ref>/", disruption.OneClosure.as_view(), name="staff_closure"),
    path("closures/<ref:ref>/dispositions/", disruption.Dispositions.as_view(), name="staff_dispositions"),
    path("closures/<ref:ref>/lift/", disruption.Lift.as_view(), name="staff_closure_lift"),
    path("closures/<ref:ref>/undo/", disruption.Undo.as_view(), name="staff_closure_undo"),
    path("ports/<code:code>/far-side/", disruption.FarSides.as_view(), name="staff_far_side"),
    path("lanes/<code:code>/far-side/", disruption.FarSideRates.as_view(), name="staff_far_side_rates"),
    path("ports/<code:code>/appeals/", disruption.Appeals.as_view(), name="staff_appeals"),
    path("appeals/<ref:ref>/decide/", disruption.Decide.as_view(), name="staff_appeal_decide"),
    path("check-ins/", entries.CheckIn.as_view(), name="staff_check_in"),
    path("walk-ups/", entries.WalkUps.as_view(), name="staff_walk_ups"),
    path("entries/<ref:ref>/miss/", entries.Miss.as_view(), name="staff_miss"),
    path("entries/<ref:ref>/withdraw/", entries.Withdraw.as_view(), name="staff_withdraw"),
    path("entries/<ref:ref>/admit/", entries.Admit.as_view(), name="staff_admit"),
    path("entries/<ref:ref>/occupy/", entries.Occupy.as_view(), name="staff_occupy"),
    path("entries/<ref:ref>/move/", entries.Move.as_view(), name="staff_move"),
    path("entries/<ref:ref>/release/", entries.Release.as_view(), name="staff_release"),
    path("entries/<ref:ref>/exit/", entries.Exit.as_view(), name="staff_exit"),
    path("entries/<ref:ref>/why/", entries.Why.as_view(), name="staff_why"),
    path("entries/<ref:ref>/guide/", guides.StaffGuide.as_view(), name="staff_guide"),
    path("entries/<ref:ref>/measure/", guides.Measure.as_view(), name="staff_measure"),
    path("entries/<ref:ref>/cost-of-move/", guides.CostOfMove.as_view(), name="staff_cost_of_move"),
    path("overrides/", entries.Overrides.as_view(), name="staff_overrides"),
    path("overrides/<ref:ref>/approve/", entries.Approve.as_view(), name="staff_override_approve"),
    path("overrides/<ref:ref>/reject/", entries.Reject.as_view(), name="staff_override_reject"),
]
