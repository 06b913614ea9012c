"""What the artist set up for one region before it is drawn."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class RegionMode(enum.Enum):
    """How a region is marked: by clicks on a subject, by a box around it, or by hand."""

    CLICK = "click"
    BOX = "box"
    BRUSH = "brush"


@dataclass(frozen=True)
class RegionDraft:
    """The fields of a new region edit, but for its mask.

    `reference_ids` () = all of the character's. `strength` is the share of the noise schedule that
    is run, 0 to 1; `feather_px` the width of the soft seam inside the region.
    """

    character_id: str | None = None
    reference_ids: tuple[str, ...] = ()
    prompt: str = ""
    strength: float = 1.0
    feather_px: int = 6
    name: str = ""
