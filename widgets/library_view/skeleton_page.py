"""The skeleton of a reference: the canvas, and a way to a first skeleton where there is none."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.geometry import Raster, Rect
from core.pose import STANDING, Pose, place_pose
from widgets.common import IconButton, new_gesture_id, role_label
from widgets.common.theme import SPACE_M
from widgets.library_view.skeleton_canvas import SkeletonCanvas


class SkeletonPage(QWidget):
    """A SkeletonCanvas with a bar above it."""

    joint_moved = Signal(str, int, QPointF)
    joint_visibility_toggled = Signal(str, int, bool)
    skeleton_placed = Signal(str, object)  # gesture id, Pose in px of the picture
    find_requested = Signal()
    gesture_finished = Signal(str)
    gesture_cancelled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Raster | None = None
        self._mask: Raster | None = None
        self.canvas = SkeletonCanvas(self)
        self._hint = role_label("", "quiet", self)
        self._find = QPushButton(self.tr("Find skeleton"), self)
        self._find_tooltip = self.tr("Look for the character's joints in the picture")
        self._find.setToolTip(self._find_tooltip)
        self._place = QPushButton(self.tr("Place one by hand"), self)
        self._place.setToolTip(self.tr("Begin with a standing figure and drag its joints"))
        self._fit = IconButton("mdi6.fit-to-page-outline", self.tr("Show the whole picture"), self)
        for button in (self._find, self._place):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_M)
        bar.addWidget(self._hint, 1)
        for widget in (self._find, self._place, self._fit):
            bar.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_M, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(bar)
        layout.addWidget(self.canvas, 1)
        self._find.clicked.connect(self.find_requested)
        self._place.clicked.connect(self._on_place_clicked)
        self._fit.clicked.connect(self.canvas.fit)
        for name in (
            "joint_moved",
            "joint_visibility_toggled",
            "gesture_finished",
            "gesture_cancelled",
        ):
            getattr(self.canvas, name).connect(getattr(self, name))
        self.show_pose(None)

    def show_picture(self, picture: Raster | None, mask: Raster | None) -> None:
        """The picture, and the mask of the subject: a skeleton placed by hand stands in it."""
        self._picture, self._mask = picture, mask
        self.canvas.set_picture(picture)
        self._place.setEnabled(picture is not None)

    def show_pose(self, pose: Pose | None) -> None:
        """The skeleton in px of the picture."""
        self.canvas.set_pose(pose)
        has_pose = pose is not None
        self._find.setVisible(not has_pose)
        self._place.setVisible(not has_pose)
        self._hint.setText(
            self.tr("Drag joints. Right-click hides or shows one.")
            if has_pose
            else self.tr("No skeleton yet")
        )

    def set_finding(self, finding: bool) -> None:
        """While something is being found, nothing else can be."""
        self._find.setEnabled(not finding)
        wait = self.tr("Wait until the picture has been looked at")
        self._find.setToolTip(wait if finding else self._find_tooltip)

    def _on_place_clicked(self) -> None:
        if self._picture is None:
            return
        pose = place_pose(STANDING, subject_bounds(self._picture, self._mask))
        gesture_id = new_gesture_id()
        self.skeleton_placed.emit(gesture_id, pose)
        self.gesture_finished.emit(gesture_id)


def subject_bounds(picture: Raster, mask: Raster | None) -> Rect:
    """The box around the subject in px of the picture; the whole picture without a mask."""
    if mask is None or (mask.width, mask.height) != (picture.width, picture.height):
        return Rect(0, 0, picture.width, picture.height)
    covered = mask.array > 127
    columns, rows = np.flatnonzero(covered.any(axis=0)), np.flatnonzero(covered.any(axis=1))
    if not len(columns):
        return Rect(0, 0, picture.width, picture.height)
    left, top = float(columns[0]), float(rows[0])
    return Rect(left, top, float(columns[-1]) + 1 - left, float(rows[-1]) + 1 - top)
