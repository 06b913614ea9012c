"""The knife: a line across a panel, shown as the cut it would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from core.document import Panel
from core.document.layouts import gutter_mm
from core.document.outlines import check_line, cut
from core.errors import BadInput
from core.geometry import Point, Polygon
from widgets.page_view.overlay import KnifeLine
from widgets.page_view.panel_item import PanelItem
from widgets.page_view.tools import CLICK_PX, Modifiers, PageTool, translate

if TYPE_CHECKING:
    from widgets.page_view.page_view import PageView

SAMPLES = 24  # points of a line that are asked which panel they are in


class KnifeTool(PageTool):
    """Press, draw, release. Shift keeps the line level or upright, Esc puts the knife back."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._start: QPointF | None = None
        self._hand = QPointF()
        self._line: KnifeLine | None = None
        self._panel_id = ""

    def press(self, at: QPointF, event: QMouseEvent) -> None:
        self._start = at
        self._show(at, event.modifiers())

    def move(self, at: QPointF, event: QMouseEvent) -> None:
        self._show(at, event.modifiers())

    def release(self, at: QPointF, event: QMouseEvent) -> None:
        self._show(at, event.modifiers())
        line, panel_id = self._line, self._panel_id
        self.cancel()
        if line is not None and line.parts:
            self.view.split_requested.emit(panel_id, line.start, line.end)

    def hover(self, at: QPointF, event: QMouseEvent) -> None:
        item = self.view.page_scene.item_at(at)
        self.view.page_scene.overlay.set_hovered(None if item is None else item.outline)
        self.view.show_cursor(self.cursor)
        self.view.show_hint(
            translate("PageView", "Draw a line across a panel to cut it; Shift keeps it straight")
        )

    def modifiers_changed(self, modifiers: Modifiers) -> None:
        if self._start is not None:
            self._show(self._hand, modifiers)

    def leave(self) -> None:
        super().leave()
        if self._start is None:
            self.view.page_scene.overlay.set_knife(None)

    def cancel(self) -> bool:
        was_busy = self._start is not None
        self._start = None
        self._line = None
        self.view.page_scene.overlay.set_knife(None)
        return was_busy

    def _show(self, at: QPointF, modifiers: Modifiers) -> None:
        if self._start is None:
            return
        self._hand = at
        end = _straight(self._start, at) if modifiers & Modifiers.ShiftModifier else at
        self._line = self._line_to(self._start, end)
        overlay = self.view.page_scene.overlay
        overlay.set_hovered(None)
        overlay.set_knife(self._line)

    def _line_to(self, start: QPointF, end: QPointF) -> KnifeLine:
        if QLineF(start, end).length() * self.view.px_per_mm < CLICK_PX:
            return KnifeLine(start, end)
        item = self._panel_on(start, end)
        if item is None:
            return KnifeLine(start, end)
        self._panel_id = item.shown_panel.id
        parts = self._parts(item.shown_panel, start, end)
        return KnifeLine(start, end, parts, item.shown_panel.polygon)

    def _panel_on(self, start: QPointF, end: QPointF) -> PanelItem | None:
        """The panel that the longest piece of the line is in."""
        line = QLineF(start, end)
        hits = [
            self.view.page_scene.item_at(line.pointAt((i + 0.5) / SAMPLES)) for i in range(SAMPLES)
        ]
        found = [item for item in hits if item is not None]
        return max(found, key=found.count, default=None)

    def _parts(self, panel: Panel, start: QPointF, end: QPointF) -> tuple[Polygon, ...]:
        """The two panels there would be; () where the line does not cut this one in two."""
        document = self.view.page_scene.document
        if document is None:
            return ()
        a, b = Point(start.x(), start.y()), Point(end.x(), end.y())
        try:
            check_line(a, b)
            return cut(panel.polygon, a, b, gutter_mm(document.page_format, b - a))
        except BadInput:  # the line shows it by being dashed
            return ()


def _straight(start: QPointF, end: QPointF) -> QPointF:
    """The end of the level or upright line that is nearest."""
    if abs(end.x() - start.x()) >= abs(end.y() - start.y()):
        return QPointF(end.x(), start.y())
    return QPointF(start.x(), end.y())
