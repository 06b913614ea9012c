"""Pose mode: skeletons are dragged, the puppet follows at once, a draft follows the release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer
from PySide6.QtGui import QGuiApplication, QImage

from app.commands import undo_text
from app.document_controller import Change, DocumentController
from app.error_texts import error_text
from app.posing import placed_poses, preset_names, read_pose
from app.puppet_thread import PuppetThread
from app.render_controller import RenderController
from app.window.path_chooser import PathChooser
from app.window.pose_transfer import first_pose, in_place_of, openpose_text
from app.window.state import WindowState
from core.document import Document, Panel
from core.document.edits import (
    mirror_figure,
    move_figure,
    move_joint,
    remove_figure,
    reorder_figure,
    rotate_figure,
    scale_figure,
    set_joint_confidence,
    set_pose,
)
from core.errors import KomaError
from core.files import write_atomically
from core.geometry import Point, Rect
from core.pose import Pose
from widgets.page_view import PageView, PanelState, Tool
from widgets.pose_editor import PoseGrid, PoseLayer

RESET_POSE = "standing"
LEAST_PUPPET_PX, MOST_PUPPET_PX = 128, 512


class PoseController(QObject):
    """Connects the pose layer, the pose presets and the puppet with the document."""

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        renders: RenderController,
        puppets: PuppetThread,
        view: PageView,
        grid: PoseGrid,
        paths: PathChooser,
        drafts_wanted: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._state, self._renders = controller, state, renders
        self._puppets, self._view, self._paths = puppets, view, paths
        self._grid, self._drafts_wanted = grid, drafts_wanted
        self._posed: str | None = None  # the panel whose puppet stands for its drawing
        self._gestures: dict[str, str] = {}  # gesture under way -> panel
        self._puppet_turn = QTimer(self, singleShot=True, interval=0)
        self._puppet_turn.timeout.connect(self._ask_for_puppet)
        self.layer = PoseLayer()
        view.scene().addItem(self.layer)
        self._presets = {name: read_pose(name).poses[0] for name in preset_names()}
        grid.set_presets(tuple(self._presets.items()))
        controller.document_changed.connect(self._on_document_changed)
        controller.gesture_ended.connect(self._on_gesture_ended)
        state.tool_changed.connect(self._show)
        state.selection_changed.connect(self._show)
        puppets.puppet_ready.connect(self._on_puppet)
        renders.statuses_changed.connect(self._on_statuses)
        self._connect_layer()
        self._connect_grid(grid)

    def _connect_layer(self) -> None:
        layer, controller = self.layer, self._controller
        layer.figure_selected.connect(self._select)
        layer.joint_dragged.connect(self._move_joint)
        layer.figure_moved.connect(self._move)
        layer.figure_scaled.connect(self._scale)
        layer.figure_rotated.connect(self._rotate)
        layer.joint_visibility_toggled.connect(self._set_visible)
        layer.gesture_finished.connect(controller.finish_gesture)
        layer.gesture_cancelled.connect(controller.cancel_gesture)
        layer.held_changed.connect(self._on_held)

    def _connect_grid(self, grid: PoseGrid) -> None:
        grid.preset_chosen.connect(self.choose_preset)
        grid.import_requested.connect(self.import_pose)
        grid.export_requested.connect(self.export_poses)
        grid.mirror_requested.connect(self.mirror)
        grid.reset_requested.connect(self.reset)

    @property
    def active(self) -> bool:
        return self._state.tool is Tool.POSE and self._state.panel_id is not None

    @property
    def _panel(self) -> Panel | None:
        panel_id = self._state.panel_id
        return None if panel_id is None else self._controller.document.panel(panel_id)

    @property
    def figure(self) -> tuple[str, str] | None:
        """Panel and figure that a pose is meant for: the selected one, or the only one."""
        panel = self._panel
        if panel is None or not panel.figures:
            return None
        chosen = self._state.figure_id
        if chosen is None and len(panel.figures) == 1:
            chosen = panel.figures[0].id
        return None if chosen is None else (panel.id, chosen)

    def choose_preset(self, name: str) -> None:
        target = self._meant_figure()
        if target is not None:
            self.give_pose(name, *target)

    def give_pose(self, name: str, panel_id: str, figure_id: str) -> None:
        """A preset for one figure, where the figure stands now and as tall as it is."""
        preset = self._presets.get(name)
        if preset is None:
            return
        now = self._controller.document.panel(panel_id).figure(figure_id).pose
        self._set_pose(panel_id, figure_id, in_place_of(preset, now))

    def reset(self) -> None:
        """Let the figure stand, as large as the panel takes it."""
        target = self._meant_figure()
        if target is None:
            return
        panel_id, figure_id = target
        bounds = self._controller.document.panel(panel_id).polygon.bounds
        (pose,) = placed_poses(
            [read_pose(RESET_POSE)], 1, Rect(0, 0, bounds.width, bounds.height), rtl=False
        )
        self._set_pose(panel_id, figure_id, pose)

    def mirror(self) -> None:
        target = self._meant_figure()
        if target is not None:
            self._edit(undo_text("mirror_figure"), mirror_figure, *target)

    def remove(self) -> None:
        target = self._meant_figure()
        if target is not None:
            self._edit(undo_text("remove_figure"), remove_figure, *target)

    def copy(self) -> None:
        """The figure's pose onto the clipboard, as text that other programs know too."""
        target, panel = self._meant_figure(), self._panel
        if target is not None and panel is not None:
            pose = panel.figure(target[1]).pose
            QGuiApplication.clipboard().setText(openpose_text([pose], panel.polygon.bounds))

    def paste(self) -> None:
        """The pose of the clipboard for the figure, where it stands and as tall as it is."""
        target = self._meant_figure()
        if target is None:
            return
        pose = first_pose(QGuiApplication.clipboard().text())
        if pose is None:
            self._refuse(self.tr("No pose was copied yet. Copy the pose of a figure first."))
            return
        now = self._controller.document.panel(target[0]).figure(target[1]).pose
        self._set_pose(*target, in_place_of(pose, now))

    def reorder(self, step: int) -> None:
        """Bring the figure `step` places to the front."""
        target, panel = self._meant_figure(), self._panel
        if target is None or panel is None:
            return
        ids = [figure.id for figure in panel.figures]
        index = min(max(ids.index(target[1]) + step, 0), len(ids) - 1)
        self._controller.edit(
            undo_text("reorder_figure"),
            lambda document: reorder_figure(document, target[0], target[1], index),
        )

    def import_pose(self) -> None:
        """An OpenPose file for the panel: one figure, or all of them at once."""
        panel = self._panel
        if panel is None or not panel.figures:
            self._refuse(self.tr("Select a panel with a figure first."))
            return
        path = self._paths.open_file(self.tr("Import pose"), self.tr("OpenPose (*.json)"))
        if path is None:
            return
        try:
            self._take_poses(panel, path)
        except KomaError as error:
            self._refuse(error_text(error))

    def export_poses(self) -> None:
        panel = self._panel
        if panel is None or not panel.figures:
            self._refuse(self.tr("Select a panel with a figure first."))
            return
        path = self._paths.save_file(
            self.tr("Export poses"), self.tr("OpenPose (*.json)"), "poses.json"
        )
        if path is None:
            return
        text = openpose_text([figure.pose for figure in panel.figures], panel.polygon.bounds)
        try:
            write_atomically(path, lambda file: file.write(text.encode()))
        except KomaError as error:
            self._refuse(error_text(error))

    def _take_poses(self, panel: Panel, path: Path) -> None:
        file = read_pose(str(path))
        size = Rect(0, 0, panel.polygon.bounds.width, panel.polygon.bounds.height)
        target = self.figure
        if len(file.poses) == 1 and target is not None:
            (pose,) = placed_poses([file], 1, size, rtl=False)
            self._set_pose(*target, pose)
            return
        rtl = self._controller.document.reading_direction == "rtl"
        poses = placed_poses([file], len(panel.figures), size, rtl=rtl)

        def change(document: Document) -> Document:
            for figure, pose in zip(panel.figures, poses, strict=True):
                document = set_pose(document, panel.id, figure.id, pose)
            return document

        self._posed = panel.id
        self._controller.edit(undo_text("set_pose"), change)
        self._after_pose(panel.id)

    def _meant_figure(self) -> tuple[str, str] | None:
        found = self.figure
        if found is None:
            self._refuse(self.tr("Select a figure first."))
        return found

    def _refuse(self, sentence: str) -> None:
        self._controller.edit_refused.emit(sentence)

    def _set_pose(self, panel_id: str, figure_id: str, pose: Pose) -> None:
        self._posed = panel_id
        self._controller.edit(
            undo_text("set_pose"), lambda document: set_pose(document, panel_id, figure_id, pose)
        )
        self._after_pose(panel_id)

    def _edit(
        self, text: str, edit: Callable[[Document, str, str], Document], panel_id: str, figure: str
    ) -> None:
        self._posed = panel_id
        self._controller.edit(text, lambda document: edit(document, panel_id, figure))
        self._after_pose(panel_id)

    def _select(self, figure_id: str) -> None:
        if self._state.panel_id is not None:
            self._state.select_figure(self._state.panel_id, figure_id)

    def _gesture(
        self, gesture_id: str, panel_id: str, text: str, change: Callable[[Document], Document]
    ) -> None:
        self._posed = panel_id
        self._gestures[gesture_id] = panel_id
        self._controller.edit(text, change, gesture_id)

    def _move_joint(
        self, gesture_id: str, panel_id: str, figure_id: str, keypoint: int, to: QPointF
    ) -> None:
        point = Point(to.x(), to.y())
        self._gesture(gesture_id, panel_id, undo_text("move_joint"),
                      lambda d: move_joint(d, panel_id, figure_id, keypoint, point))  # fmt: skip

    def _move(self, gesture_id: str, panel_id: str, figure_id: str, dx: float, dy: float) -> None:
        self._gesture(gesture_id, panel_id, undo_text("move_figure"),
                      lambda d: move_figure(d, panel_id, figure_id, dx, dy))  # fmt: skip

    def _scale(
        self, gesture_id: str, panel_id: str, figure_id: str, factor: float, fixed: QPointF
    ) -> None:
        point = Point(fixed.x(), fixed.y())
        self._gesture(gesture_id, panel_id, undo_text("scale_figure"),
                      lambda d: scale_figure(d, panel_id, figure_id, factor, point))  # fmt: skip

    def _rotate(
        self, gesture_id: str, panel_id: str, figure_id: str, angle_deg: float, fixed: QPointF
    ) -> None:
        point = Point(fixed.x(), fixed.y())
        self._gesture(gesture_id, panel_id, undo_text("rotate_figure"),
                      lambda d: rotate_figure(
                          d, panel_id, figure_id, angle_deg, point))  # fmt: skip

    def _set_visible(
        self, gesture_id: str, panel_id: str, figure_id: str, keypoint: int, visible: bool
    ) -> None:
        confidence = 1.0 if visible else 0.0
        self._gesture(gesture_id, panel_id, undo_text("set_joint_confidence"),
                      lambda d: set_joint_confidence(
                          d, panel_id, figure_id, keypoint, confidence))  # fmt: skip

    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open":
            self._posed = None
            self._gestures.clear()
        self._show()

    def _on_held(self, held: bool) -> None:
        if held:
            self._view.hold_still(self.layer, self.layer.moving_items)
        else:
            self._view.release_still()

    def _on_gesture_ended(self, gesture_id: str) -> None:
        panel_id = self._gestures.pop(gesture_id, None)
        if panel_id is not None:
            self._after_pose(panel_id)

    def _after_pose(self, panel_id: str) -> None:
        if self._drafts_wanted():
            self._renders.draft(panel_id)

    def _show(self) -> None:
        panel = self._panel if self.active else None
        document = self._controller.document
        self.layer.show_panel(document if panel else None, panel)
        self.layer.set_selected_figure(self._state.figure_id)
        self._grid.set_figure_available(self.figure is not None)
        self._view.set_entered_panel(self._entered())
        if panel is None:
            self._posed = None
            self._puppet_turn.stop()
            return
        if self._posed == panel.id:
            self._puppet_turn.start()
        else:
            self._puppet_turn.stop()
            self._puppets.hide()
            self.layer.set_puppet(panel.id, None, QRectF())

    def _ask_for_puppet(self) -> None:
        """After the figures were painted: the threads share one interpreter, so that what the
        puppets' thread begins while the window works makes the window wait for it."""
        panel = self._panel if self.active else None
        if panel is None or self._posed != panel.id:
            return
        seen = self._view.px_per_mm * self._view.devicePixelRatioF()
        self._puppets.show(self._controller.project, panel.id, self._puppet_px(panel), seen)

    def _puppet_px(self, panel: Panel) -> int:
        """As large as the panel is seen, within what follows the hand at once."""
        rect = self._view.panel_rect_mm(panel.id)
        seen = max(rect.width(), rect.height()) * self._view.px_per_mm
        return round(min(max(seen, LEAST_PUPPET_PX), MOST_PUPPET_PX))

    def _entered(self) -> str | None:
        inside = self._state.tool in (Tool.POSE, Tool.REGION)
        return self._state.panel_id if inside else None

    def _on_puppet(self, panel_id: str, image: QImage, rect_mm: QRectF) -> None:
        if self.active and panel_id == self._posed == self._state.panel_id:
            self.layer.set_puppet(panel_id, image, rect_mm)

    def _on_statuses(self, panel_ids: object) -> None:
        """What is drawn anew needs its puppet no longer."""
        status = self._renders.statuses.get(self._posed or "")
        if status is None or self._posed is None or self._controller.in_gesture:
            return
        if status.state is PanelState.FRESH or (status.state is PanelState.DRAWING and status.step):
            self.layer.set_puppet(self._posed, None, QRectF())
            if status.state is PanelState.FRESH:
                self._posed = None
