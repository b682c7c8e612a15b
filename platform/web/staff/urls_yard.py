"""Paths of the live plan: the plan, its parts, moving and evacuating, sensors and occupancy."""

from __future__ import annotations

from django.urls import path

from web.staff import (
    views_bays,
    views_blocks,
    views_doubts,
    views_entries,
    views_evacuation,
    views_moves,
    views_occupancy,
    views_yard,
)

YARD = "staff/yards/<slug:yard_code>/"
ENTRY = YARD + "entries/<str:ref>/"
BAY = YARD + "bays/<str:bay_code>/"
EVACUATION = YARD + "evacuations/<str:ref>/"

urlpatterns = [
    path(YARD + "plan/", views_yard.yard_plan, name="console_plan"),
    path(YARD + "occupancy/", views_occupancy.occupancy, name="console_occupancy"),
    path(YARD + "doubts/", views_doubts.doubts, name="console_doubts"),
    path(YARD + "doubts/<slug:kind>/<str:place>/", views_doubts.dismiss, name="console_dismiss"),
    path(BAY, views_bays.bay, name="console_bay"),
    path(BAY + "card/", views_yard.card, name="console_bay_card"),
    path(BAY + "costs/", views_yard.costs, name="console_bay_costs"),
    path(BAY + "block/", views_bays.block, name="console_block"),
    path(BAY + "unblock/", views_bays.unblock, name="console_unblock"),
    path(BAY + "taken/", views_bays.taken, name="console_bay_taken"),
    path(YARD + "aisles/<str:aisle_code>/", views_blocks.aisle, name="console_aisle"),
    path(YARD + "aisles/<str:code>/block/", views_blocks.block_aisle, name="console_aisle_block"),
    path(YARD + "aisles/<str:code>/unblock/", views_blocks.unblock_aisle, name="console_aisle_unblock"),
    path(YARD + "zones/<str:zone_code>/", views_blocks.zone, name="console_zone"),
    path(YARD + "zones/<str:code>/block/", views_blocks.block_zone, name="console_zone_block"),
    path(YARD + "zones/<str:code>/unblock/", views_blocks.unblock_zone, name="console_zone_unblock"),
    path(YARD + "zones/<str:zone_code>/evacuate/", views_evacuation.evacuate, name="console_evacuate"),
    path(EVACUATION, views_evacuation.evacuation, name="console_evacuation"),
    path(EVACUATION + "end/", views_evacuation.end, name="console_evacuation_end"),
    path(ENTRY + "move/", views_moves.move, name="console_move"),
    path(ENTRY + "measure/", views_entries.measure, name="console_measure"),
    path(ENTRY + "stands/", views_entries.stands, name="console_stands"),
]
