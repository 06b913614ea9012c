"""Page layouts as small pictures in a menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QIcon,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
    QShowEvent,
)
from PySide6.QtWidgets import QGridLayout, QMenu, QToolButton, QWidget, QWidgetAction

from core.geometry import Polygon
from widgets.common.theme import SPACE_M, SPACE_S, current
from widgets.page_strip.layout_titles import layout_title

PICTURE = QSize(42, 58)
MARGIN_PX = 3.0
COLUMNS = 5
DETAIL = 2  # pictures are painted so much larger, for screens with small pixels
# Key -> how many buttons further on
STEPS: dict[int, int] = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -COLUMNS,
    Qt.Key.Key_Down: COLUMNS,
}

Layout = tuple[str, tuple[Polygon, ...]]


def layout_picture(panels: tuple[Polygon, ...], size: QSize, *, mirrored: bool) -> QPixmap:
    """Panels (in the unit square, y downwards) as lines on paper; `mirrored` for rtl pages."""
    pixmap = QPixmap(size * DETAIL)
    pixmap.setDevicePixelRatio(DETAIL)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paper = QRectF(0.5, 0.5, size.width() - 1, size.height() - 1)
    painter.setPen(QPen(current().colour("hairline"), 1))
    painter.setBrush(current().colour("page_ground"))
    painter.drawRoundedRect(paper, 2, 2)
    area = paper.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    painter.setPen(QPen(current().colour("text"), 1.2))
    painter.setBrush(current().colour("surface"))
    for panel in panels:
        painter.drawPolygon(_placed(panel, area, mirrored=mirrored))
    painter.end()
    return pixmap


def _placed(panel: Polygon, area: QRectF, *, mirrored: bool) -> QPolygonF:
    """Drawn a little smaller, so that a gutter shows between neighbours."""
    centre = panel.bounds.center
    corners: list[QPointF] = []
    for point in panel.points:
        x = 1 - point.x if mirrored else point.x
        middle = 1 - centre.x if mirrored else centre.x
        at = QPointF(area.left() + x * area.width(), area.top() + point.y * area.height())
        at += QPointF(_towards(x, middle), _towards(point.y, centre.y))
        corners.append(at)
    return QPolygonF(corners)


def _towards(value: float, middle: float) -> float:
    """One pixel in the direction of the middle."""
    if abs(value - middle) < 1e-6:
        return 0.0
    return 1.0 if value < middle else -1.0


class LayoutButton(QToolButton):
    """A layout; leaves the arrow keys to the grid, which knows rows."""

    def __init__(self, layout: Layout, parent: QWidget, *, mirrored: bool) -> None:
        super().__init__(parent)
        name, panels = layout
        self.setAutoRaise(True)
        self.setIcon(QIcon(layout_picture(panels, PICTURE, mirrored=mirrored)))
        self.setIconSize(PICTURE)
        self.setToolTip(layout_title(name))
        self.setAccessibleName(layout_title(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif arg__1.key() in STEPS:
            arg__1.ignore()
        else:
            super().keyPressEvent(arg__1)


class LayoutGrid(QWidget):
    """Buttons in rows; the arrow keys go from one to the next."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[LayoutButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._grid.setSpacing(SPACE_S)

    @property
    def buttons(self) -> tuple[LayoutButton, ...]:
        return tuple(self._buttons)

    def show_layouts(self, layouts: tuple[Layout, ...], *, mirrored: bool) -> None:
        """Make a button for each layout, in the palette in force."""
        for button in self._buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for number, layout in enumerate(layouts):
            button = LayoutButton(layout, self, mirrored=mirrored)
            button.clicked.connect(partial(self._on_clicked, layout[0]))
            self._grid.addWidget(button, number // COLUMNS, number % COLUMNS)
            self._buttons.append(button)

    def _on_clicked(self, name: str) -> None:
        self.chosen.emit(name)

    def _focus_step(self, step: int) -> None:
        place = next((i for i, b in enumerate(self._buttons) if b.hasFocus()), -1)
        target = place + step
        if 0 <= target < len(self._buttons):
            self._buttons[target].setFocus(Qt.FocusReason.TabFocusReason)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(event.key())
        if step is not None:
            self._focus_step(step)
        else:
            super().keyPressEvent(event)


class LayoutMenu(QMenu):
    """`layout_chosen(name)`; the pictures are painted when the menu opens."""

    layout_chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._layouts: tuple[Layout, ...] = ()
        self._mirrored = False
        self.grid = LayoutGrid(self)
        self.grid.chosen.connect(self._on_chosen)
        action = QWidgetAction(self)
        action.setDefaultWidget(self.grid)
        self.addAction(action)
        self.aboutToShow.connect(self._on_about_to_show)

    def set_layouts(self, layouts: tuple[Layout, ...]) -> None:
        """Name and panels of each, in left-to-right reading order."""
        self._layouts = layouts
        self.setEnabled(bool(layouts))

    def set_mirrored(self, mirrored: bool) -> None:
        """Show the layouts as a right-to-left page has them."""
        self._mirrored = mirrored

    def _on_about_to_show(self) -> None:
        self.grid.show_layouts(self._layouts, mirrored=self._mirrored)
        self.grid.adjustSize()

    def _on_chosen(self, name: str) -> None:
        top: QWidget | None = self
        while isinstance(top, QMenu):  # a submenu closes with those it hangs from
            top.close()
            top = top.parentWidget()
        self.layout_chosen.emit(name)
