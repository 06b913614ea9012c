"""The choice of adapters: what can be used is offered, what is missing is said."""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.document import edits
from widgets.inspector import AdapterChoice, ModelChoice, Selection
from widgets.inspector.adapter_row import offered_choices

GAPS = {"anime": "", "ip": "weights", "ip-plus": "encoder", "character": "pickled", "reference": ""}


def models(**gaps: str) -> tuple[ModelChoice, ...]:
    adapters = tuple(AdapterChoice(kind, gap) for kind, gap in {**GAPS, **gaps}.items())
    return (ModelChoice("toon", "Toon", adapters=adapters), ModelChoice("large", "Large"))


def keys(box) -> list[str]:
    return [box.itemData(row) for row in range(box.count())]


def show(desk, inspector, models, **settings):
    desk.document = edits.update_settings(desk.document, model_id="toon", **settings)
    inspector.show_document(desk.document, Selection("one"), models)
    return inspector.drawing_section.adapter


def test_only_what_can_be_used_is_offered(desk, inspector):
    row = show(desk, inspector, models())
    assert keys(row.box) == ["anime", "reference", "anime+reference"]
    assert row.box.currentData() == "anime"
    assert row.box.itemText(2) == "Anime + reference"
    assert keys(show(desk, inspector, models(reference="weights")).box) == ["anime"]
    assert offered_choices(["anime", "ip-plus"]) == ["anime", "ip-plus"]


def test_the_tool_tip_says_what_is_missing(desk, inspector):
    tip = show(desk, inspector, models(ip="encoder_size")).box.toolTip().splitlines()
    assert len(tip) == 4 and "references" in tip[0]
    assert "IP-Adapter: needs another image_encoder" in tip[1]
    assert "IP-Adapter-Plus: needs the folder image_encoder" in tip[2]
    assert "Character-Adapter: needs its .safetensors file" in tip[3]
    whole = models(**dict.fromkeys(GAPS, ""))
    assert len(show(desk, inspector, whole).box.toolTip().splitlines()) == 1


def test_a_choice_that_the_model_lacks_is_shown_with_a_warning(desk, inspector):
    row = show(desk, inspector, models(), adapter="ip-plus")
    assert row.box.currentText() == "IP-Adapter-Plus"
    assert row._note.isVisible() and row._note.text().startswith("IP-Adapter-Plus cannot be used")
    row = show(desk, inspector, models(), adapter="reference")
    assert not row._note.isVisible() and "ip-plus" not in keys(row.box)
    row = show(desk, inspector, (), adapter="ip-plus")  # an unknown model is warned of already
    assert not row._note.isVisible() and row.box.currentText() == "IP-Adapter-Plus"


def test_a_choice_is_told_as_a_setting(qtbot, desk, inspector):
    told = []
    inspector.settings_edited.connect(lambda *what: told.append(what))
    row = show(desk, inspector, models())
    row.box.setFocus()
    qtbot.keyClick(row.box, Qt.Key.Key_Down)
    assert [what[1:] for what in told] == [("adapter", "reference")]
