"""The list of tags that opens at the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.tags import Candidate
from widgets.common.theme import QUIET_PX, RADIUS_FIELD, SPACE_L, SPACE_M, SPACE_S, current, faded
from widgets.prompt.cluster_colours import cluster_colour, cluster_title
from widgets.prompt.tag_help import tag_help

ROW_PX = 26
SHOWN_ROWS = 9
WIDTH_PX = (220, 400)
BAR_PX = 3
_CHOSEN_OPACITY = 0.1
_UNKNOWN_OPACITY = 0.55


def shows_japanese() -> bool:
    """Whether the artist reads Koma in Japanese."""
    return QLocale().language() == QLocale.Language.Japanese


def beside(candidate: Candidate) -> str:
    """What stands beside a tag: the spelling that was typed, else its Japanese name for readers."""
    return candidate.also or (candidate.name if shows_japanese() else "")


class CandidateModel(QAbstractListModel):
    CANDIDATE_ROLE = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.candidates: tuple[Candidate, ...] = ()

    def show(self, candidates: Sequence[Candidate]) -> None:
        self.beginResetModel()
        self.candidates = tuple(candidates)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.candidates)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        candidate = self.candidates[index.row()]
        if role == self.CANDIDATE_ROLE:
            return candidate
        if role == Qt.ItemDataRole.DisplayRole:
            return candidate.text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._described(candidate)
        return None

    def _described(self, candidate: Candidate) -> str:
        title = cluster_title(candidate.cluster)
        if tag_help().is_known(candidate.text):
            return title
        unknown = self.tr("{model} does not know this tag.").format(model=tag_help().model_title)
        return f"{title}\n{unknown}"


class CandidateDelegate(QStyledItemDelegate):
    """A bar in the cluster's colour, the tag, and quietly what else it is called.

    What the model does not know is pale, with a dotted line beneath.
    """

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        candidate = index.data(CandidateModel.CANDIDATE_ROLE)
        assert isinstance(candidate, Candidate)
        palette, rect = current(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(faded(palette.colour("text"), _CHOSEN_OPACITY))
            painter.drawRoundedRect(rect, RADIUS_FIELD, RADIUS_FIELD)
        known = tag_help().is_known(candidate.text)
        painter.setBrush(faded(cluster_colour(candidate.cluster), 1.0 if known else 0.5))
        bar = QRect(rect.left() + SPACE_S, rect.top() + SPACE_S + 1, BAR_PX, ROW_PX - SPACE_M - 2)
        painter.drawRoundedRect(bar, 1, 1)
        room = rect.adjusted(SPACE_L + BAR_PX, 0, -SPACE_M, 0)
        font = option.font
        text = palette.colour("text")
        pale = faded(text, _UNKNOWN_OPACITY)
        used = _write(painter, room, candidate.text, font, text if known else pale)
        if not known:
            painter.setPen(QPen(pale, 1, Qt.PenStyle.DotLine))
            y = rect.center().y() + QFontMetrics(font).height() // 2
            painter.drawLine(room.left(), y, room.left() + used, y)
        room.setLeft(room.left() + used + SPACE_L)
        if room.width() > SPACE_L:
            small = QFont(option.font)
            small.setPixelSize(QUIET_PX)
            quiet = palette.colour("quiet_text")
            _write(painter, room, beside(candidate), small, quiet, Qt.AlignmentFlag.AlignRight)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW_PX)


class TagPopup(QListView):
    """Lies above the window as a part of it: it takes no keyboard, so no input method notices.

    There is one a window; `take` is called with what is clicked.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.take: Callable[[Candidate], object] | None = None
        self._model = CandidateModel(self)
        self.setModel(self._model)
        self.setItemDelegate(CandidateDelegate(self))
        self.setProperty("role", "completion")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Matching tags"))
        self.clicked.connect(self._on_clicked)
        self.hide()

    @classmethod
    def of(cls, window: QWidget) -> TagPopup:
        """The window's own, made when it is first wanted."""
        found = window.findChild(cls, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, TagPopup) else cls(window)

    @property
    def current_candidate(self) -> Candidate | None:
        row = self.currentIndex().row()
        return self._model.candidates[row] if row >= 0 else None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self._model.candidates

    def open_at(self, area: QRect, candidates: Sequence[Candidate]) -> None:
        """Show them below `area` of the window, the first one chosen; above where room is short."""
        self._model.show(candidates)
        self.setCurrentIndex(self._model.index(0))
        self.scrollToTop()
        self.move_to(area)
        self.show()
        self.raise_()

    def move_to(self, area: QRect) -> None:
        window = self.window()
        frame = 2 * (SPACE_S + 1)
        rows = min(SHOWN_ROWS, len(self._model.candidates))
        below = window.height() - area.bottom() - SPACE_S
        above = area.top() - SPACE_S
        wanted = rows * ROW_PX + frame
        height = min(wanted, max(below, above))
        width = min(self._wanted_width(), window.width() - SPACE_M)
        left = max(SPACE_S, min(area.left(), window.width() - width - SPACE_S))
        is_below = height <= below or below >= above
        top = area.bottom() + 2 if is_below else area.top() - height - 2
        self.setGeometry(QRect(QPoint(left, top), QSize(width, height)))

    def move_choice(self, rows: int) -> None:
        """Choose another one, from the last on to the first."""
        count = len(self._model.candidates)
        self.setCurrentIndex(self._model.index((self.currentIndex().row() + rows) % count))

    def close_quietly(self) -> None:
        self.take = None
        self.hide()

    def _wanted_width(self) -> int:
        metrics = self.fontMetrics()
        texts = ((c.text, beside(c)) for c in self._model.candidates[: 2 * SHOWN_ROWS])
        widest = max(
            (metrics.horizontalAdvance(a) + metrics.horizontalAdvance(b) for a, b in texts),
            default=0,
        )
        low, high = WIDTH_PX
        return max(low, min(high, widest + 5 * SPACE_L + BAR_PX))

    def _on_clicked(self, index: QModelIndex) -> None:
        if self.take is not None:
            self.take(self._model.candidates[index.row()])


def _write(
    painter: QPainter,
    room: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> int:
    """The width it took, in px."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, shown)
    return metrics.horizontalAdvance(shown)
