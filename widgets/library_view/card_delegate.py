"""One card of the cast: thumbnail, name, tags, number of references."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.document import Character
from widgets.common.theme import (
    BODY_PX,
    QUIET_PX,
    RADIUS_FIELD,
    SPACE_S,
    character_colour,
    current,
)
from widgets.library_view.card_painting import (
    EDGE_PX,
    CardState,
    paint_badge,
    paint_blank,
    paint_card,
    paint_no_picture,
    paint_text,
    quiet_font,
)
from widgets.library_view.thumbnails import Thumbnails, paint_reference
from widgets.models.character_list_model import CharacterRole

Index = QModelIndex | QPersistentModelIndex

GAP_PX = 8  # between cards
LIFT_PX = 1  # how far a card rises under the pointer
PAPER_ASPECT = 1.12  # height of the thumbnail's paper, in widths
MAX_NAME = 200  # what the document allows
_EDITOR_FILLED = "koma_filled"


@dataclass(frozen=True)
class CardLayout:
    """Where the parts of a card lie, in px of the view."""

    card: QRect
    paper: QRect
    name: QRect
    tags: QRect

    @classmethod
    def of(cls, cell: QRect, font: QFont) -> CardLayout:
        """The parts within one cell of the view's grid."""
        card = cell.adjusted(GAP_PX // 2, GAP_PX // 2, -GAP_PX // 2, -GAP_PX // 2)
        name_px, tags_px = _line_heights(font)
        inside = card.adjusted(EDGE_PX + SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        tags = QRect(inside.left(), inside.bottom() + 1 - tags_px, inside.width(), tags_px)
        name = QRect(inside.left(), tags.top() - name_px, inside.width(), name_px)
        paper = QRect(
            inside.left(), inside.top(), inside.width(), name.top() - SPACE_S - inside.top()
        )
        return cls(card, paper, name, tags)

    @staticmethod
    def height_for(cell_width: int, font: QFont) -> int:
        """The height of a cell of this width."""
        paper_width = cell_width - GAP_PX - EDGE_PX - 2 * SPACE_S
        return round(PAPER_ASPECT * paper_width) + sum(_line_heights(font)) + GAP_PX + 3 * SPACE_S


class CardDelegate(QStyledItemDelegate):
    """Paints the rows of a CharacterListModel and edits names in place."""

    rename_committed = Signal(str, str)  # character id, the name as typed, never empty

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.cell = QSize(100, 150)  # px; the view sets it to its grid
        self.shimmer = 0.0  # 0 to 1, brightness of what is being read
        self.drop_id = ""  # the character over whom files are held

    def _paint_picture(
        self, painter: QPainter, paper: QRectF, character: Character | None, busy: bool
    ) -> None:
        if busy or character is None:
            paint_blank(painter, paper, self.shimmer)
            return
        if not character.references:
            paint_no_picture(painter, paper)
            return
        reference = character.references[0]
        paint_reference(painter, paper, self._thumbnails, reference)

    def _paint_words(
        self, painter: QPainter, parts: CardLayout, index: Index, character: Character | None
    ) -> None:
        palette = current()
        body = painter.font()
        paint_text(painter, parts.name, index.data(), palette.colour("text"), body)
        quiet = quiet_font(body)
        if index.data(CharacterRole.BUSY) or character is None:
            words = QCoreApplication.translate("LibraryView", "Reading the picture…")
        else:
            words = ", ".join(character.tags)
        paint_text(painter, parts.tags, words, palette.colour("quiet_text"), quiet)

    def _state(self, option: QStyleOptionViewItem, index: Index) -> CardState:
        flags = option.state  # pyright: ignore[reportAttributeAccessIssue]
        character_id = index.data(CharacterRole.ID)
        return CardState(
            hovered=bool(flags & QStyle.StateFlag.State_MouseOver) and bool(character_id),
            selected=bool(flags & QStyle.StateFlag.State_Selected),
            dropping=bool(character_id) and character_id == self.drop_id,
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        character: Character | None = index.data(CharacterRole.CHARACTER)
        state = self._state(option, index)
        font = body_font(option.font)  # pyright: ignore[reportAttributeAccessIssue]
        cell: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        if state.hovered:
            cell = cell.translated(0, -LIFT_PX)
        parts = CardLayout.of(cell, font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(font)
        edge = None if character is None else character_colour(character.colour)
        paint_card(painter, QRectF(parts.card), edge, state)
        paper = QRectF(parts.paper)
        self._paint_picture(painter, paper, character, index.data(CharacterRole.BUSY))
        if character is not None and character.references:
            corner = QPointF(paper.right() - SPACE_S, paper.bottom() - SPACE_S)
            count = str(len(character.references))
            paint_badge(painter, corner, count, "mdi6.image-multiple-outline")
        painter.setFont(font)
        self._paint_words(painter, parts, index, character)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MAX_NAME)
        editor.setFont(body_font(option.font))  # pyright: ignore[reportAttributeAccessIssue]
        palette = current()
        # The card is small: no padding, so that the name stays where it was.
        editor.setStyleSheet(
            f"QLineEdit {{ padding: 0 2px; min-height: 0; border: 1px solid {palette.accent};"
            f" border-radius: {RADIUS_FIELD}px; background: {palette.ground};"
            f" color: {palette.text}; }}"
        )
        editor.setAccessibleName(QCoreApplication.translate("LibraryView", "Name"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Called again whenever the row changes: what is being typed must stay.
        if isinstance(editor, QLineEdit) and not editor.property(_EDITOR_FILLED):
            editor.setProperty(_EDITOR_FILLED, True)
            editor.setText(index.data())
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if not isinstance(editor, QLineEdit):
            return
        name = editor.text().strip()
        if name and name != index.data():
            self.rename_committed.emit(index.data(CharacterRole.ID), name)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        cell: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        parts = CardLayout.of(cell, body_font(editor.font()))
        editor.setGeometry(parts.name.adjusted(-3, -1, 2, 1))


def body_font(font: QFont) -> QFont:
    """The font at the size of body text."""
    body = QFont(font)
    body.setPixelSize(BODY_PX)
    return body


def _line_heights(font: QFont) -> tuple[int, int]:
    """Px of the line of the name and of the tags."""
    quiet = QFont(font)
    quiet.setPixelSize(QUIET_PX)
    return QFontMetrics(font).height() + SPACE_S // 2, QFontMetrics(quiet).height()
