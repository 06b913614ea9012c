"""Skeletons as the eye needs them: OpenPose's colours with a thin dark outline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from core.pose import FINGERS, KEYPOINT_COLOURS, LIMBS, Keypoint, Pose
from widgets.common.theme import faded

LIMB_PX = 4.0
HAND_PX = 1.5
OUTLINE_PX = 1.25  # on either side of a limb
JOINT_PX = 9.0  # across, with its outline
HALO_PX = ((26.0, 0.13), (19.0, 0.20), (13.0, 0.38))  # width and opacity, from outside in
HOVER_HALO_PX = ((15.0, 0.30),)

_OUTLINE = QColor(16, 16, 20, 215)
_LIGHT_OUTLINE = QColor(255, 255, 255, 120)
_KEYPOINT_COLOURS = tuple(QColor(*rgb) for rgb in KEYPOINT_COLOURS)
_LIMB_COLOURS = tuple(QColor(*rgb).darker(118) for rgb in KEYPOINT_COLOURS)
_FACE_DOT = QColor(255, 255, 255, 200)


def keypoint_colour(keypoint: int) -> QColor:
    return _KEYPOINT_COLOURS[keypoint]


def outline_colour() -> QColor:
    return QColor(_OUTLINE)


class SkeletonLines:
    """A pose made ready to be painted many times; in the units of the pose."""

    def __init__(self, pose: Pose) -> None:
        body = pose.body
        self.limbs: list[tuple[QColor, QLineF]] = [
            (_LIMB_COLOURS[i], QLineF(_point(body[a]), _point(body[b])))
            for i, (a, b) in enumerate(LIMBS)
            if body[a].visible and body[b].visible
        ]
        self.limb_path = _path(line for _, line in self.limbs)
        self.hand_path = _path([*_hand_lines(pose.left_hand), *_hand_lines(pose.right_hand)])
        self.face_dots = [_point(k) for k in pose.face if k.visible]

    def mapped(self, transform: QTransform) -> SkeletonLines:
        """In other units: Qt strokes much faster where the painter has nothing to scale."""
        other = SkeletonLines.__new__(SkeletonLines)
        other.limbs = [(colour, transform.map(line)) for colour, line in self.limbs]
        other.limb_path = transform.map(self.limb_path)
        other.hand_path = transform.map(self.hand_path)
        other.face_dots = [transform.map(dot) for dot in self.face_dots]
        return other

    def paint_halo(
        self,
        painter: QPainter,
        colour: QColor,
        rings: Sequence[tuple[float, float]],
        pixel: float,
    ) -> None:
        """Soft light around the limbs; `pixel` is the size of one in units of the pose."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width_px, opacity in rings:
            painter.strokePath(self.limb_path, _pen(faded(colour, opacity), width_px * pixel))

    def paint(
        self,
        painter: QPainter,
        pixel: float,
        width_px: float = LIMB_PX,
        around: QColor = _OUTLINE,
    ) -> None:
        """Limbs, hands and face with an outline in the colour `around`.

        `pixel` is the size of one in units of the pose: cosmetic pens would be too thin on screens
        with more than one pixel to the point.
        """
        painter.setBrush(Qt.BrushStyle.NoBrush)
        share = width_px / LIMB_PX
        width, thin = width_px * pixel, HAND_PX * share * pixel
        outline = 2 * OUTLINE_PX * min(1.0, share) * pixel
        if not self.hand_path.isEmpty():
            painter.strokePath(self.hand_path, _pen(around, thin + outline))
            painter.strokePath(self.hand_path, _pen(_FACE_DOT, thin))
        painter.strokePath(self.limb_path, _pen(around, width + outline))
        for colour, line in self.limbs:
            painter.setPen(_pen(colour, width))
            painter.drawLine(line)
        for across, colour in ((thin + outline, around), (thin, _FACE_DOT)):
            painter.setPen(_pen(colour, across))
            for dot in self.face_dots:
                painter.drawPoint(dot)


def paint_joint(
    painter: QPainter, keypoint: int, at: QPointF, diameter_px: float, pixel: float
) -> None:
    """A visible joint; `pixel` is the size of one in the painter's units."""
    radius = (diameter_px - OUTLINE_PX) / 2 * pixel
    painter.setPen(QPen(_OUTLINE, OUTLINE_PX * pixel))
    painter.setBrush(_KEYPOINT_COLOURS[keypoint])
    painter.drawEllipse(at, radius, radius)


def paint_hidden_joint(
    painter: QPainter, keypoint: int, at: QPointF, diameter_px: float, pixel: float
) -> None:
    """A hidden joint: a faint ring."""
    radius = (diameter_px - 2.5) / 2 * pixel
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(faded(_OUTLINE, 0.5), 3.0 * pixel))
    painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(faded(_KEYPOINT_COLOURS[keypoint].lighter(140), 0.75), 1.5 * pixel))
    painter.drawEllipse(at, radius, radius)


def paint_thumbnail_skeleton(
    painter: QPainter, pose: Pose, rect: QRectF, *, on_dark: bool = False
) -> None:
    """A whole small skeleton, as large as fits into `rect` (pixels); nothing for an empty pose.

    The outline is light upon a dark ground, where the blue of the legs would sink.
    """
    bounds = pose.bounds
    if bounds is None or rect.isEmpty():
        return
    longest = max(bounds.width / rect.width(), bounds.height / rect.height())
    scale = 1.0 / longest if longest > 0 else 1.0
    centre = rect.center()
    small = pose.mapped(
        scale,
        scale,
        centre.x() - scale * bounds.center.x,
        centre.y() - scale * bounds.center.y,
    )
    width_px = min(max(min(rect.width(), rect.height()) / 28.0, 1.6), LIMB_PX)
    SkeletonLines(small).paint(painter, 1.0, width_px, _LIGHT_OUTLINE if on_dark else _OUTLINE)
    for index, keypoint in enumerate(small.body):
        if keypoint.visible:
            painter.setPen(_pen(_KEYPOINT_COLOURS[index], width_px * 1.6))
            painter.drawPoint(_point(keypoint))


def _hand_lines(hand: Sequence[Keypoint]) -> list[QLineF]:
    if not hand:
        return []
    pairs = [(hand[a], hand[b]) for a, b in FINGERS]
    return [QLineF(_point(a), _point(b)) for a, b in pairs if a.visible and b.visible]


def _point(keypoint: Keypoint) -> QPointF:
    return QPointF(keypoint.x, keypoint.y)


def _path(lines: Iterable[QLineF]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(line.p1())
        path.lineTo(line.p2())
    return path


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
