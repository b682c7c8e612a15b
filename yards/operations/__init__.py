"""What can be done to supply: lanes are switched, bays blocked. `bays` are steps for upper floors."""

from yards.operations.switches import block_bay, set_auto_call, switch_lane, unblock_bay

__all__ = ["block_bay", "set_auto_call", "switch_lane", "unblock_bay"]
