"""Round things seen from any side: trunk, skirt, coat and hair as stacks of elliptic sections."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.synthetic.brush import Points
from core.synthetic.second.shapes import Floats, ramp

_HALF = math.pi / 2


@dataclass(frozen=True)
class Tube:
    """Sections along an axis, given at the places `s` (rising).

    centre: (K, 2) px; across: the screen direction of the sections' width (2,); at right angles to
    it the near side sags by `sag` of the depth. wide, deep: half axes in px (K,). turn: the yaw,
    radians, 0 = its front (phi = 0) to the viewer; phi grows to the figure's left, which is the
    viewer's right.
    """

    s: Floats
    centre: Points
    across: Points
    wide: Floats
    deep: Floats
    turn: float
    sag: float = 0.12

    @cached_property
    def _sections(self) -> Floats:
        """(K, 5): centre x and y, half extent on the screen, half depth, apparent turn."""
        u, v = self.wide * math.cos(self.turn), self.deep * math.sin(self.turn)
        rows = np.empty((len(self.s), 5), np.float32)
        rows[:, :2] = self.centre
        rows[:, 2] = np.hypot(u, v)
        rows[:, 3] = self.deep
        rows[:, 4] = np.arctan2(v, u)
        return rows

    @cached_property
    def down(self) -> Points:
        """Along the axis, on the screen."""
        return np.array([-self.across[1], self.across[0]], np.float32)

    def _at(self, s: Floats) -> Floats:
        """Sections (N, 5) at the places s."""
        lower = np.minimum(self.s[1:-1].searchsorted(s), len(self.s) - 2)
        share = (s - self.s[lower]) * self._steps[lower]
        share = np.minimum(np.maximum(share, 0), 1)[:, None]
        return self._sections[lower] + share * self._rises[lower]

    @cached_property
    def _steps(self) -> Floats:
        return 1 / (self.s[1:] - self.s[:-1])

    @cached_property
    def _rises(self) -> Floats:
        return self._sections[1:] - self._sections[:-1]

    def _one(self, s: float) -> list[float]:
        return self._at(np.array([s], np.float32))[0].tolist()

    def _placed(self, rows: Floats, psi: Floats) -> Points:
        x = (rows[:, 2] * np.sin(psi))[:, None]
        low = (self.sag * rows[:, 3] * np.cos(psi))[:, None]
        return rows[:, :2] + x * self.across + low * self.down

    def at(self, phi: Floats, s: Floats) -> Points:
        """Screen points (N, 2) of the surface; those on the far side move to the silhouette."""
        rows = self._at(s)
        psi = np.remainder(phi + rows[:, 4] + math.pi, 2 * math.pi) - math.pi
        return self._placed(rows, np.clip(psi, -_HALF, _HALF))

    def depth(self, phi: float) -> float:
        """1 where phi faces the viewer, -1 where it looks away."""
        return math.cos(phi + self.turn)

    def span(self, phi0: float, phi1: float, s: float) -> tuple[float, float] | None:
        """The visible part of phi0..phi1 (at most half around, or all) as psi; None if hidden."""
        if phi1 - phi0 > 2 * math.pi - 1e-3:
            return -_HALF, _HALF
        middle = math.remainder((phi0 + phi1) / 2 + self._one(s)[4], 2 * math.pi)
        half = (phi1 - phi0) / 2
        low, high = max(middle - half, -_HALF), min(middle + half, _HALF)
        return (low, high) if high - low > 0.02 else None

    def patch(
        self, phi0: float, phi1: float, s0: float, s1: float, *, count: int = 7, rows: int = 4
    ) -> Points | None:
        """Outline of the visible part of a patch of the surface, or None."""
        span = self.span(phi0, phi1, (s0 + s1) / 2)
        if span is None:
            return None
        psi = span[0] + (span[1] - span[0]) * ramp(count)
        side = s0 + (s1 - s0) * ramp(rows)[1:-1]
        inner, total = rows - 2, 2 * count + 2 * (rows - 2)
        s, where = np.empty(total, np.float32), np.empty(total, np.float32)
        s[:count], s[count : count + inner] = s0, side
        s[count + inner : 2 * count + inner], s[2 * count + inner :] = s1, side[::-1]
        where[:count], where[count : count + inner] = psi, span[1]
        where[count + inner : 2 * count + inner] = psi[::-1]
        where[2 * count + inner :] = span[0]
        return self._placed(self._at(s), where)

    def outline(self, s0: float, s1: float, rows: int = 10, hem: Points | None = None) -> Points:
        """Closed silhouette between two places; `hem` replaces the lower edge."""
        found = self._at(s0 + (s1 - s0) * ramp(rows))
        edge = found[:, 2:3] * self.across
        lower = hem if hem is not None else self.patch_edge(s1)
        return np.concatenate([found[:, :2] - edge, lower, (found[:, :2] + edge)[::-1]])

    def patch_edge(self, s: float, count: int = 7) -> Points:
        """The near rim of a section from the viewer's left to the right."""
        psi = (ramp(count) - 0.5) * math.pi
        return self._placed(self._at(np.full(count, s, np.float32)), psi)

    def shadow(self, s0: float, s1: float) -> Points:
        """The quarter away from the light, which comes from the upper left."""
        found = self._at(s0 + (s1 - s0) * ramp(6))
        return np.concatenate(
            [
                self._placed(found, np.full(6, _HALF, np.float32)),
                self._placed(found, np.full(6, 0.85, np.float32))[::-1],
            ]
        )

    def line(self, phi: float, s0: float, s1: float, rows: int = 4) -> Points | None:
        """A line down the surface at phi, or None where it is on the far side."""
        if self.depth(phi) < 0.05:
            return None
        return self.at(np.full(rows, phi, np.float32), s0 + (s1 - s0) * ramp(rows))

    def wider(self, share: float, px: float = 0.0) -> Tube:
        """The same tube, `share` times as wide and deep plus `px`."""
        wide, deep = self.wide * share + px, self.deep * share + px
        return Tube(self.s, self.centre, self.across, wide, deep, self.turn, self.sag)

    def moved(self, by: Points, scale: float) -> Tube:
        """Scaled about the origin, then shifted."""
        return Tube(
            self.s, (self.centre * scale + by).astype(np.float32), self.across,
            self.wide * scale, self.deep * scale, self.turn, self.sag,
        )  # fmt: skip
