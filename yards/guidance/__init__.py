"""PURE. Guidance: which bay, and the way to it and out again. Metres, minutes, degrees clockwise from north."""

from yards.guidance.choice import ALTERNATIVES_KEPT, BayView, Choice, Need, choose, fits

__all__ = ["ALTERNATIVES_KEPT", "BayView", "Choice", "Need", "choose", "fits"]
