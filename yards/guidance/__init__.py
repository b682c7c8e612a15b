"""PURE. Guidance: which bay, and the way to it and out again. Metres, minutes, degrees clockwise from north."""

from yards.guidance.by_line import ALTERNATIVES_KEPT, BayView, Choice, choose, fits
from yards.guidance.needs import Need

__all__ = ["ALTERNATIVES_KEPT", "BayView", "Choice", "Need", "choose", "fits"]
