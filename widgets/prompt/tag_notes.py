"""What is to be said of the tags in a field, quietly beneath it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from core.tags import Clash, Span, clashes, span_at, spans, without
from widgets.common import ElidedLabel, FlowLayout, TagEdit, role_label, set_role
from widgets.common.icons import icon
from widgets.common.theme import QUIET_PX, SPACE_S, theme_signals
from widgets.prompt.tag_help import tag_help
from widgets.prompt.text_field import TextField

_MARK_PX = 14
CHIP_PX = 22


class TagNotes(QWidget):
    """Two tags that exclude each other, each with a button that removes it; unknown words.

    Looks at the text when typing pauses, never between two letters. `excludes`: False for prompts
    of what shall be left out, where nothing contradicts anything.
    """

    def __init__(
        self, edit: TagEdit, parent: QWidget | None = None, *, excludes: bool = True
    ) -> None:
        super().__init__(parent)
        self._edit, self._excludes = edit, excludes
        self._clash: Clash | None = None
        self._warning = QWidget(self)
        self._mark = QLabel(self._warning)
        self._caption = role_label("", "quiet", self._warning)
        for label in (self._mark, self._caption):
            label.setFixedHeight(CHIP_PX)
        self.buttons = (self._remover(0), self._remover(1))
        flow = FlowLayout(self._warning, SPACE_S)
        for widget in (self._mark, self._caption, *self.buttons):
            flow.addWidget(widget)
        self.unknown = ElidedLabel("", self)
        set_role(self.unknown, "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._warning)
        layout.addWidget(self.unknown)
        edit.text_settled.connect(self.look)
        for signal in (tag_help().changed, theme_signals().changed):
            signal.connect(self.look)
        self.look()

    @property
    def clash(self) -> Clash | None:
        """What is shown."""
        return self._clash

    def look(self) -> None:
        """Say what there is to say of the present text."""
        text, taxonomy = self._edit.toPlainText(), tag_help().taxonomy
        found = clashes(text, taxonomy) if self._excludes and taxonomy is not None else []
        self._show_clash(found)
        typed = self._typed()
        unknown = [s.text for s in spans(text) if s != typed and not tag_help().is_known(s.text)]
        self._show_unknown(list(dict.fromkeys(unknown)))
        self.setVisible(bool(found or unknown))

    def _typed(self) -> Span | None:
        """The tag that may not be written out yet."""
        field = TextField(self._edit)
        return span_at(field.text, field.cursor) if self._edit.hasFocus() else None

    def _show_clash(self, found: list[Clash]) -> None:
        self._clash = found[0] if found else None
        self._warning.setVisible(self._clash is not None)
        if self._clash is None:
            return
        self._mark.setPixmap(icon("mdi6.alert-outline", tone="warning").pixmap(_MARK_PX, _MARK_PX))
        more = len(found) - 1
        text = self.tr("Only one of:")
        self._caption.setText(f"{text} (+{more})" if more else text)
        self._caption.setToolTip(
            "\n".join(f"{clash.first.text} / {clash.second.text}" for clash in found)
        )
        for button, span in zip(self.buttons, (self._clash.first, self._clash.second), strict=True):
            button.setText(span.text.replace("&", "&&"))
            self._name(button, self.tr("Remove “{tag}”").format(tag=span.text))

    def _show_unknown(self, tags: list[str]) -> None:
        self.unknown.setVisible(bool(tags))
        if tags:
            self.unknown.setText(
                self.tr("{model} does not know: {tags}").format(
                    model=tag_help().model_title, tags=", ".join(tags)
                )
            )

    def _remover(self, number: int) -> QToolButton:
        button = QToolButton(self._warning)
        button.setIcon(icon("mdi6.close"))
        button.setIconSize(QSize(QUIET_PX, QUIET_PX))
        button.setFixedHeight(CHIP_PX)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross behind the word
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(button, "chip")
        self._name(button, self.tr("Remove this tag"))
        button.clicked.connect(lambda: self._remove(number))
        return button

    def _name(self, button: QToolButton, hint: str) -> None:
        button.setToolTip(hint)
        button.setAccessibleName(hint)

    def _remove(self, number: int) -> None:
        """The tag as it stands now: more may have been typed since it was looked at."""
        if self._clash is None:
            return
        chosen = (self._clash.first, self._clash.second)[number]
        text = self._edit.toPlainText()
        span = _nearest(spans(text), chosen)
        if span is not None:
            self._edit.replace_text(without(text, span))
        self.look()


def _nearest(found: list[Span], wanted: Span) -> Span | None:
    same = [span for span in found if span.text == wanted.text]
    return min(same, key=lambda span: abs(span.start - wanted.start), default=None)
