"""Between a panel in millimetres and the picture that the engine draws for it in pixels.

Pixel coordinates are continuous: 0 is the left edge of the first pixel, `width` the right edge of
the last one. Panel coordinates are millimetres from the top left corner of the panel's bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.document.types import Panel
from core.errors import BadInput
from core.geometry import Point, Rect
from core.pose import Pose

MAX_ASPECT = 3.0  # longer pictures leave what Stable-Diffusion-class models were trained on
AREA_WEIGHT = 0.5  # a wrong aspect is cropped away for good, a wrong area only costs or saves time


def generation_size(aspect: float, base_px: int = 256, multiple: int = 64) -> tuple[int, int]:
    """Width and height in px for a picture of this aspect (width / height).

    Both are multiples of `multiple`; the area is as near to `base_px` squared, and the aspect to
    the one asked for, as that allows. Aspects beyond 3:1 and 1:3 are clamped, so that the picture
    is cropped.
    Raises BadInput for an aspect that is not a positive number.
    """
    if not (math.isfinite(aspect) and aspect > 0):
        raise BadInput("A panel without width or height cannot be drawn. Give it an area.")
    if base_px < multiple or multiple < 1:
        raise BadInput(f"The image size must be at least {multiple} px.")
    aspect = min(max(aspect, 1 / MAX_ASPECT), MAX_ASPECT)
    most = math.ceil(base_px * math.sqrt(MAX_ASPECT) / multiple) + 1
    steps = range(1, most + 1)

    def cost(size: tuple[int, int]) -> tuple[float, int]:
        w, h = size[0] * multiple, size[1] * multiple
        wrong_aspect = abs(math.log(w / h / aspect))
        wrong_area = abs(math.log(w * h / base_px**2))
        return wrong_aspect + AREA_WEIGHT * wrong_area, w * h

    columns, rows = min(((c, r) for c in steps for r in steps), key=cost)
    return columns * multiple, rows * multiple


@dataclass(frozen=True, slots=True)
class Framing:
    """How a generated picture of `width` x `height` px lies over a panel's `bounds` (page mm).

    The scale is uniform, the picture covers the bounds and is centred on them; what reaches beyond
    is cropped (`crop`).
    """

    bounds: Rect
    width: int
    height: int

    def __post_init__(self) -> None:
        if not (self.bounds.width > 0 and self.bounds.height > 0):
            raise BadInput("A panel without width or height cannot be drawn. Give it an area.")
        if self.width < 1 or self.height < 1:
            raise BadInput("The image size must be at least 1 px.")

    @classmethod
    def of_bounds(cls, bounds: Rect, base_px: int = 256, multiple: int = 64) -> Framing:
        """The framing with the generation size that suits these bounds."""
        aspect = bounds.width / bounds.height if bounds.height > 0 else 0.0
        return cls(bounds, *generation_size(aspect, base_px, multiple))

    @classmethod
    def of_panel(cls, panel: Panel, base_px: int = 256, multiple: int = 64) -> Framing:
        return cls.of_bounds(panel.polygon.bounds, base_px, multiple)

    @property
    def px_per_mm(self) -> float:
        return min(self.width / self.bounds.width, self.height / self.bounds.height)

    @property
    def crop(self) -> Rect:
        """The panel's bounds in px of the picture."""
        w, h = self.bounds.width * self.px_per_mm, self.bounds.height * self.px_per_mm
        return Rect((self.width - w) / 2, (self.height - h) / 2, w, h)

    @property
    def picture_area(self) -> Rect:
        """The whole picture in page mm; contains `bounds`."""
        s, crop = self.px_per_mm, self.crop
        return Rect(
            self.bounds.x - crop.x / s, self.bounds.y - crop.y / s, self.width / s, self.height / s
        )

    def point_to_px(self, point: Point) -> Point:
        """From panel mm to px of the picture."""
        s, crop = self.px_per_mm, self.crop
        return Point(point.x * s + crop.x, point.y * s + crop.y)

    def point_to_mm(self, point: Point) -> Point:
        """From px of the picture to panel mm."""
        s, crop = self.px_per_mm, self.crop
        return Point((point.x - crop.x) / s, (point.y - crop.y) / s)

    def pose_to_px(self, pose: Pose) -> Pose:
        """A figure's pose from panel mm to px of the picture."""
        s, crop = self.px_per_mm, self.crop
        return pose.mapped(s, s, crop.x, crop.y)

    def pose_to_mm(self, pose: Pose) -> Pose:
        """A pose in px of the picture to panel mm."""
        s, crop = self.px_per_mm, self.crop
        return pose.mapped(1 / s, 1 / s, -crop.x / s, -crop.y / s)
