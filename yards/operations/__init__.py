"""What can be done to supply: lanes are switched, bays blocked, plans put in force, the far side's rate entered.

`bays` and `blocks` are steps for upper floors.
"""

from yards.operations.far_side import enter_far_side_rate
from yards.operations.layouts import discard_layout, edit_layout, save_layout, schedule_layout, unschedule_layout
from yards.operations.switches import block_bay, set_auto_call, switch_lane, unblock_bay
from yards.operations.taking_effect import put_in_force

__all__ = [
    "block_bay",
    "discard_layout",
    "edit_layout",
    "enter_far_side_rate",
    "put_in_force",
    "save_layout",
    "schedule_layout",
    "set_auto_call",
    "switch_lane",
    "unblock_bay",
    "unschedule_layout",
]
