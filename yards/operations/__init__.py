"""What can be done to supply: lanes are switched, bays blocked, configuration recorded. `bays` are steps for upper floors."""

from yards.operations.configuration import record_bay, record_lane, record_layout
from yards.operations.switches import block_bay, set_auto_call, switch_lane, unblock_bay

__all__ = ["block_bay", "record_bay", "record_lane", "record_layout", "set_auto_call", "switch_lane", "unblock_bay"]
