"""A layer in a view, over a document that takes every edit the layer asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsView

from core.document import Document, Figure, Panel, edits
from core.geometry import Point
from core.pose import COCO_18, STANDING, Keypoint, Pose
from widgets.pose_editor import PoseLayer

PANEL_X, PANEL_Y = 20.0, 30.0
PX_PER_MM = 4.0


def standing(x: float, y: float, height: float = 60.0) -> Pose:
    return STANDING.mapped(height, height, x, y)


def hidden(pose: Pose, *names: str) -> Pose:
    indices = {COCO_18.index(name) for name in names}
    body = [replace(k, confidence=0.0) if i in indices else k for i, k in enumerate(pose.body)]
    return replace(pose, body=tuple(body))


class Paper(QGraphicsRectItem):
    """What lies beneath the layer; counts the presses that reach it."""

    presses = 0

    def mousePressEvent(self, event) -> None:
        self.presses += 1
        event.accept()


class Studio:
    """The layer, its view, and a document that the layer's wishes are carried out on."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.before_gesture = document
        self.log: list[tuple[object, ...]] = []
        self.scene = QGraphicsScene(0.0, 0.0, 182.0, 257.0)
        self.paper = Paper(0, 0, 182, 257)
        self.paper.setBrush(QColor("white"))
        self.scene.addItem(self.paper)
        self.view = QGraphicsView(self.scene)
        self.view.setMouseTracking(True)
        self.view.resize(800, 700)
        self.layer = PoseLayer()
        self.scene.addItem(self.layer)
        self._connect()
        self.set_zoom(PX_PER_MM)

    @property
    def panel(self) -> Panel:
        return self.document.panel("panel")

    def figure(self, figure_id: str = "aiko") -> Figure:
        return self.panel.figure(figure_id)

    def joint(self, name: str, figure_id: str = "aiko") -> Keypoint:
        return self.figure(figure_id).pose.body[COCO_18.index(name)]

    def set_zoom(self, px_per_mm: float) -> None:
        self.view.resetTransform()
        self.view.scale(px_per_mm, px_per_mm)
        self.view.centerOn(PANEL_X + 40, PANEL_Y + 40)

    def show(self, document: Document | None = None) -> None:
        self.document = document or self.document
        self.layer.show_panel(self.document, self.panel)

    def pixel(self, point: Point | Keypoint, dx_px: int = 0, dy_px: int = 0) -> QPoint:
        """The view's pixel of a point of the panel."""
        at = self.view.mapFromScene(QPointF(PANEL_X + point.x, PANEL_Y + point.y))
        return at + QPoint(dx_px, dy_px)

    def move(self, to: QPoint) -> None:
        QTest.mouseMove(self.view.viewport(), to)

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier):
        self.move(at)
        QTest.mousePress(self.view.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    def release(self, at: QPoint, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseRelease(self.view.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        *,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        moves: int = 6,
        release: bool = True,
    ) -> None:
        self.press(start, modifiers)
        viewport = self.view.viewport()
        for i in range(1, moves + 1):
            at = start + (end - start) * (i / moves)
            event = QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(at),
                QPointF(viewport.mapToGlobal(at)),
                Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton,
                modifiers,
            )
            QCoreApplication.sendEvent(viewport, event)
        if release:
            self.release(end, modifiers)

    def key(self, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def signals(self, name: str) -> list[tuple[object, ...]]:
        return [entry[1:] for entry in self.log if entry[0] == name]

    def names(self) -> list[object]:
        return [entry[0] for entry in self.log]

    def gesture_ids(self) -> set[object]:
        return {e[1] for e in self.log if e[0] not in {"figure_selected", "figure_menu_requested"}}

    def _edit(self, change: Callable[[Document], Document]) -> None:
        self.show(change(self.document))

    def _connect(self) -> None:
        layer = self.layer
        for name in (
            "figure_selected", "joint_dragged", "figure_moved", "figure_scaled",
            "figure_rotated", "joint_visibility_toggled", "gesture_finished",
            "gesture_cancelled", "figure_menu_requested",
        ):  # fmt: skip
            getattr(layer, name).connect(lambda *args, name=name: self.log.append((name, *args)))
        layer.joint_dragged.connect(
            lambda _g, p, f, k, at: self._edit(
                lambda d: edits.move_joint(d, p, f, k, Point(at.x(), at.y()))
            )
        )
        layer.figure_moved.connect(
            lambda _g, p, f, dx, dy: self._edit(lambda d: edits.move_figure(d, p, f, dx, dy))
        )
        layer.figure_scaled.connect(
            lambda _g, p, f, s, at: self._edit(
                lambda d: edits.scale_figure(d, p, f, s, Point(at.x(), at.y()))
            )
        )
        layer.figure_rotated.connect(
            lambda _g, p, f, a, at: self._edit(
                lambda d: edits.rotate_figure(d, p, f, a, Point(at.x(), at.y()))
            )
        )
        layer.joint_visibility_toggled.connect(
            lambda _g, p, f, k, shown: self._edit(
                lambda d: edits.set_joint_confidence(d, p, f, k, float(shown))
            )
        )
