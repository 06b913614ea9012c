"""The grid of poses: find one, drag it onto a panel or a figure."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from core.pose import Pose
from widgets.common import EmptyState, IconButton
from widgets.common.theme import SPACE_M, SPACE_S, icon, theme_signals
from widgets.models.pose_preset_model import PosePresetModel, PoseRole
from widgets.pose_editor.pose_card import LEAST_WIDTH_PX, PICTURE_HEIGHT_PX, PoseCardDelegate
from widgets.pose_editor.titles import preset_title


class PoseGrid(QWidget):
    """Presets as small skeletons on cards, with a search field and what can be done with poses.

    Dragging a card carries its name as `POSE_MIME`; double click and Enter choose it.
    """

    preset_chosen = Signal(str)
    import_requested = Signal()
    export_requested = Signal()
    mirror_requested = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = PosePresetModel()
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._model)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._search = self._make_search()
        self._cards = _Cards(self)
        self._cards.setModel(self._found)
        self._cards.setAccessibleName(self.tr("Poses"))
        self._cards.chosen.connect(self.preset_chosen)
        self._nothing = EmptyState("", parent=self)
        self._nothing.action_triggered.connect(self._on_nothing_triggered)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._cards)
        self._stack.addWidget(self._nothing)
        self._figure_buttons: list[tuple[IconButton, str]] = []
        self._figure_available: bool | None = None  # not told yet

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._search)
        layout.addLayout(self._make_buttons())
        layout.addWidget(self._stack, 1)
        self._show_found()

    def set_presets(self, presets: Sequence[tuple[str, Pose]]) -> None:
        """Show these poses, (name, pose) in any unit; the search stays."""
        self._model.set_presets([(name, preset_title(name), pose) for name, pose in presets])
        self._show_found()

    def set_figure_available(self, available: bool) -> None:
        """Whether there is a figure that could be exported, mirrored or reset."""
        if available == self._figure_available:
            return
        self._figure_available = available
        for button, tooltip in self._figure_buttons:
            button.setEnabled(available)
            button.set_tooltip(tooltip if available else self.tr("Select a figure first"))

    def _make_search(self) -> QLineEdit:
        search = QLineEdit(self)
        search.setPlaceholderText(self.tr("Search poses"))
        search.setToolTip(self.tr("Search poses by name"))
        search.setAccessibleName(self.tr("Search poses"))
        search.setClearButtonEnabled(True)
        search.addAction(icon("mdi6.magnify"), QLineEdit.ActionPosition.LeadingPosition)
        search.textChanged.connect(self._on_search_changed)
        return search

    def _make_buttons(self) -> QHBoxLayout:
        take = IconButton("mdi6.import", self.tr("Import poses from OpenPose files"), self)
        take.clicked.connect(self.import_requested)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(take)
        for name, tooltip, signal in (
            ("mdi6.export", self.tr("Export the figure's pose"), self.export_requested),
            ("mdi6.flip-horizontal", self.tr("Mirror the figure"), self.mirror_requested),
            ("mdi6.restore", self.tr("Reset the figure's pose"), self.reset_requested),
        ):
            button = IconButton(name, tooltip, self)
            button.clicked.connect(signal)
            self._figure_buttons.append((button, tooltip))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _on_search_changed(self, text: str) -> None:
        self._found.setFilterFixedString(text.strip())
        self._show_found()

    def _on_nothing_triggered(self) -> None:
        if self._model.rowCount():
            self._search.clear()
        else:
            self.import_requested.emit()

    def _show_found(self) -> None:
        if self._found.rowCount():
            self._stack.setCurrentWidget(self._cards)
            return
        if self._model.rowCount():
            text = self.tr("No pose is called “{name}”.").format(name=self._search.text().strip())
            action = self.tr("Show all")
        else:
            text = self.tr("There are no poses yet.")
            action = self.tr("Import poses")
        self._nothing.set_text(text)
        self._nothing.set_action_text(action)
        self._stack.setCurrentWidget(self._nothing)


class _Cards(QListView):
    """Cards in rows that fill the width."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._delegate = PoseCardDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._on_double_clicked)
        theme_signals().changed.connect(self._on_theme_changed)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(PoseRole.NAME))

    def _on_theme_changed(self) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # QListView keeps this much free for its scroll bar, be it shown or not.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        width = self.maximumViewportSize().width() - bar - 1
        columns = max(1, width // LEAST_WIDTH_PX)
        self._delegate.set_card_width(width // columns)
        self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().data(PoseRole.NAME))
            event.accept()
            return
        super().keyPressEvent(event)

    def startDrag(self, supported_actions: Qt.DropAction) -> None:
        """The skeleton itself hangs at the cursor."""
        index = self.currentIndex()
        pose = index.data(PoseRole.POSE)
        if not isinstance(pose, Pose):
            return
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        size = QSize(LEAST_WIDTH_PX, PICTURE_HEIGHT_PX)
        ratio = self.devicePixelRatioF()
        drag.setPixmap(self._delegate.picture(pose, size.width(), size.height(), ratio))
        drag.setHotSpot(QPoint(size.width() // 2, size.height() // 2))
        drag.exec(Qt.DropAction.CopyAction)
