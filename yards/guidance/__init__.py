"""PURE. Guidance: which bay, and the way to it and out again. Metres, minutes, degrees clockwise from north."""
