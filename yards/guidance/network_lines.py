"""PURE. Straight lines that cross, touch and lie near each other; arrays of many at once, metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def area(a: Floats, b: Floats) -> Floats:
    """This will return the signed area that vectors `a` and `b` span (positive: `b` is to the left of `a`)."""
    spanned: Floats = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return spanned


def cross(a: Floats, b: Floats, c: Floats, d: Floats) -> Bools:
    """This will tell whether line a-b passes through line c-d; lines that only touch do not."""
    crossed: Bools = (area(b - a, c - a) * area(b - a, d - a) < 0) & (area(d - c, a - c) * area(d - c, b - c) < 0)
    return crossed


def nearest_share(segments: Floats, spot: Floats) -> tuple[Floats, Floats]:
    """This will return, for each segment, the share of its length where it is nearest to `spot`, and that distance.

    `segments` is (..., 2, 2); `spot` is broadcast against its leading axes.
    """
    along = segments[..., 1, :] - segments[..., 0, :]
    to_spot = spot - segments[..., 0, :]
    size = np.maximum((along**2).sum(axis=-1), 1e-12)
    share = np.clip((to_spot * along).sum(axis=-1) / size, 0.0, 1.0)
    gap = to_spot - share[..., None] * along
    return share, np.hypot(gap[..., 0], gap[..., 1])


def ray_m(spot: Floats, ahead: Floats, segments: Floats) -> Floats:
    """This will return how far ahead of `spot`, along the unit vector `ahead`, each segment is met; infinite where it is not."""
    along = segments[:, 1] - segments[:, 0]
    across = area(np.broadcast_to(ahead, along.shape), along)
    across = np.where(np.abs(across) < 1e-9, np.nan, across)
    far_m = area(segments[:, 0] - spot, along) / across
    share = area(segments[:, 0] - spot, np.broadcast_to(ahead, along.shape)) / across
    met: Floats = np.where((far_m >= -1e-9) & (share >= -1e-9) & (share <= 1 + 1e-9), far_m, np.inf)
    return met


def crossing_shares(segments: Floats, join_m: float) -> tuple[Ints, Floats]:
    """This will return all (segment, share) where another segment crosses it or ends within `join_m` of it."""
    segment, share = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    ends = segments.reshape(-1, 2)
    low, high = segments.min(axis=1) - join_m, segments.max(axis=1) + join_m
    for n, one in enumerate(segments):
        near = np.all((low <= high[n]) & (high >= low[n]), axis=1)
        beside = np.all((ends >= low[n]) & (ends <= high[n]), axis=1)
        for at in (_crossed(one, segments[near]), _touched(one, ends[beside], join_m)):
            segment.append(np.full(len(at), n, dtype=np.int64))
            share.append(at)
    return np.concatenate(segment), np.concatenate(share)


def _crossed(one: Floats, others: Floats) -> Floats:
    a, b = one
    c, d = others[:, 0], others[:, 1]
    through = cross(a[None], b[None], c, d)
    c, d = c[through], d[through]
    shares: Floats = area(c - a, d - c) / area((b - a)[None], d - c)
    return shares


def _touched(one: Floats, ends: Floats, join_m: float) -> Floats:
    share, distance_m = nearest_share(one[None], ends)
    return share[distance_m <= join_m]
