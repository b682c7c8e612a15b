"""What can be done to supply: lanes are switched, bays blocked, the far side's rate entered. `bays` are steps for upper floors."""

from yards.operations.far_side import enter_far_side_rate
from yards.operations.switches import block_bay, set_auto_call, switch_lane, unblock_bay

__all__ = ["block_bay", "enter_far_side_rate", "set_auto_call", "switch_lane", "unblock_bay"]
