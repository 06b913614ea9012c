"""Characters, poses and picture files that are dragged over the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from widgets.common.mime import CHARACTER_MIME, POSE_MIME, image_paths, payload_of
from widgets.page_view.panel_item import PanelItem

if TYPE_CHECKING:
    from widgets.page_view.page_view import PageView


def takes(mime: QMimeData) -> bool:
    """Whether a page can do something with what is dragged."""
    return bool(_needs_panel(mime) or image_paths(mime))


class PageDrops:
    """Lets the panel glow that would take what is dragged, and says what was dropped on it."""

    def __init__(self, view: PageView) -> None:
        self._view = view

    def drag_over(self, event: QDragMoveEvent) -> None:
        mime = event.mimeData()
        item = self._target(event)
        self._view.page_scene.overlay.set_glowing(None if item is None else item.outline)
        if not takes(mime) or (item is None and _needs_panel(mime)):
            event.ignore()
        else:
            event.acceptProposedAction()

    def leave(self) -> None:
        self._view.page_scene.overlay.set_glowing(None)

    def drop(self, event: QDropEvent) -> None:
        self.leave()
        mime = event.mimeData()
        paths = image_paths(mime)
        item = self._target(event)
        if item is not None and _needs_panel(mime):
            event.acceptProposedAction()
            self._drop_on(item, mime, self._view.to_mm(event.position()))
        elif paths and not _needs_panel(mime):
            event.acceptProposedAction()
            self._view.images_dropped.emit(paths)
        else:
            event.ignore()

    def _drop_on(self, item: PanelItem, mime: QMimeData, at: QPointF) -> None:
        bounds = item.shown_panel.polygon.bounds
        panel_mm = QPointF(at.x() - bounds.x, at.y() - bounds.y)
        character_id = payload_of(mime, CHARACTER_MIME)
        pose_name = payload_of(mime, POSE_MIME)
        if character_id is not None:
            self._view.character_dropped.emit(character_id, item.shown_panel.id, panel_mm)
        elif pose_name is not None:
            self._view.pose_dropped.emit(pose_name, item.shown_panel.id, panel_mm)

    def _target(self, event: QDropEvent) -> PanelItem | None:
        if not _needs_panel(event.mimeData()):
            return None
        return self._view.page_scene.item_at(self._view.to_mm(event.position()))


def _needs_panel(mime: QMimeData) -> bool:
    return any(payload_of(mime, kind) is not None for kind in (CHARACTER_MIME, POSE_MIME))
