"""The inspector's choice of what carries a character from its references into the picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.common import role_label
from widgets.common.theme import SPACE_S
from widgets.inspector.fields import ChoiceRow
from widgets.inspector.selection import AdapterChoice

READS_PICTURE = "reference"  # the one that reads the reference's own latent and goes with others
_NAMES = {
    "anime": "AnimeAdapter",
    "ip": "IP-Adapter",
    "ip-plus": "IP-Adapter-Plus",
    "character": "Character-Adapter",
}
_SHORT_NAMES = {"anime": "Anime", "ip": "IP", "ip-plus": "IP-Plus", "character": "Character"}


class AdapterRow(QWidget):
    """Shows what the chosen model can be drawn with; its tool tip says what is missing for more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._purpose = self.tr("What carries a character from its references into the picture")
        self._row = ChoiceRow(self.tr("Likeness by"), self._purpose, self)
        self.box = self._row.box
        self._note = role_label("", "warning", self)
        self._note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._row)
        layout.addWidget(self._note)

    def fill(self, adapters: Sequence[AdapterChoice], chosen: str) -> None:
        """adapters: one a kind, of the chosen model; () where it is not known."""
        offered = offered_choices([a.kind for a in adapters if not a.gap])
        missing = bool(adapters) and chosen not in offered
        keys = offered if chosen in offered else [*offered, chosen]
        self.box.fill([(key, self._title(key)) for key in keys], chosen)
        lines = (self._gap_line(adapter) for adapter in adapters if adapter.gap)
        self.box.setToolTip("\n".join((self._purpose, *lines)))
        self._note.setVisible(missing)
        text = self.tr("{adapter} cannot be used with this model. Choose another.")
        self._note.setText(text.format(adapter=self._title(chosen)) if missing else "")

    def _title(self, choice: str) -> str:
        """Of several the short names, so that they fit the box."""
        if "+" not in choice:
            return {**_NAMES, READS_PICTURE: self.tr("Reference attention")}.get(choice, choice)
        names = {**_SHORT_NAMES, READS_PICTURE: self.tr("reference")}
        return " + ".join(names.get(kind, kind) for kind in choice.split("+"))

    def _gap_line(self, adapter: AdapterChoice) -> str:
        texts = {
            "weights": self.tr("{adapter}: no file for this model in the model folders."),
            "pickled": self.tr("{adapter}: needs its .safetensors file, not the .bin file."),
            "encoder": self.tr("{adapter}: needs the folder image_encoder beside its file."),
            "encoder_size": self.tr("{adapter}: needs another image_encoder, of the right size."),
        }
        return texts.get(adapter.gap, "{adapter}").format(adapter=self._title(adapter.kind))


def offered_choices(kinds: Sequence[str]) -> list[str]:
    """Each kind by itself, then each together with reference attention where that is there."""
    pairs = [f"{kind}+{READS_PICTURE}" for kind in kinds if kind != READS_PICTURE]
    return [*kinds, *(pairs if READS_PICTURE in kinds else [])]
