"""The inspector's section for the project itself: shown while no panel is selected."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.document import PAGE_FORMATS, Document, PageFormat
from widgets.common import Section, role_label
from widgets.common.theme import SPACE_M
from widgets.inspector.fields import ChoiceRow, NameEdit, field_label

OWN_FORMAT = "own"  # the key of a page format that is none of PAGE_FORMATS


class ProjectSection(Section):
    """Title, reading direction and page."""

    title_edited = Signal(str, str)
    reading_direction_chosen = Signal(str)
    page_format_chosen = Signal(str)
    gesture_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Project"), parent)
        self.title_edit = NameEdit(self.tr("Title"), self.tr("The title of the project"), self)
        self.title_edit.setPlaceholderText(self.tr("Untitled"))
        self.title_edit.name_edited.connect(self._on_title_edited)
        title = QHBoxLayout()
        title.setSpacing(SPACE_M)
        title.addWidget(
            field_label(self.tr("Title"), self.title_edit.toolTip(), self.title_edit, self)
        )
        title.addWidget(self.title_edit, 1)
        self.direction = ChoiceRow(
            self.tr("Reads"), self.tr("In which direction pages and panels are read"), self
        )
        self.direction.box.chosen.connect(self._on_direction_chosen)
        self.page_format = ChoiceRow(self.tr("Page"), self.tr("Size of the printed page"), self)
        self.page_format.box.chosen.connect(self._on_format_chosen)
        self._size = role_label("", "quiet", self)
        self._size.setWordWrap(True)
        self.body_layout.addLayout(title)
        self.body_layout.addWidget(self.direction)
        self.body_layout.addWidget(self.page_format)
        self.body_layout.addWidget(self._size)

    def fill(self, document: Document) -> None:
        self.title_edit.set_text_quietly(document.title)
        self.direction.box.fill(
            (
                ("rtl", self.tr("Right to left")),
                ("ltr", self.tr("Left to right")),
                ("vertical", self.tr("Downwards")),
            ),
            document.reading_direction,
        )
        page_format = document.page_format
        names = [name for name, known in PAGE_FORMATS.items() if known == page_format]
        texts = self._format_texts()
        if not names:
            texts = (*texts, (OWN_FORMAT, self.tr("Own size")))
        self.page_format.box.fill(texts, names[0] if names else OWN_FORMAT)
        self._size.setText(self._size_text(page_format))

    def _format_texts(self) -> tuple[tuple[str, str], ...]:
        texts = {
            "b5": self.tr("B5 comic book"),
            "manuscript": self.tr("Manuscript sheet"),
            "a4": self.tr("A4"),
            "a5": self.tr("A5"),
            "us-comic": self.tr("US comic"),
            "webtoon": self.tr("Webtoon strip"),
        }
        return tuple((name, texts.get(name, name)) for name in PAGE_FORMATS)

    def _size_text(self, page_format: PageFormat) -> str:
        return self.tr("{width} × {height} mm, bleed {bleed} mm, margin {margin} mm").format(
            width=f"{page_format.trim_width_mm:g}",
            height=f"{page_format.trim_height_mm:g}",
            bleed=f"{page_format.bleed_mm:g}",
            margin=f"{page_format.margin_mm:g}",
        )

    def _on_title_edited(self, gesture_id: str, title: str) -> None:
        self.title_edited.emit(gesture_id, title)
        self.gesture_finished.emit(gesture_id)

    def _on_direction_chosen(self, _gesture_id: str, direction: str) -> None:
        self.reading_direction_chosen.emit(direction)

    def _on_format_chosen(self, _gesture_id: str, name: str) -> None:
        if name in PAGE_FORMATS:
            self.page_format_chosen.emit(name)
