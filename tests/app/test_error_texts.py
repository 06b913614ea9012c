"""The core's sentences in Japanese, and that the core still says them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import resources
from app.error_texts import CONTEXT, SENTENCES, error_text, translated
from app.i18n import TextTranslator, read_messages
from core.errors import BadInput, KomaError
from core.storage import load_project

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"\{\w*\}")


@pytest.fixture
def japanese(qapp: QApplication) -> Iterator[None]:
    messages = read_messages(resources.path("translations", "koma_ja.ts"))
    translator = TextTranslator("ja", messages, qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    translator.deleteLater()


def skeleton(sentence: str) -> str:
    """Without what stands in its gaps, and without an end that is put on later."""
    return GAP.sub("{}", sentence).removesuffix("{}").strip(" .")


def texts_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield skeleton(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
            yield skeleton("".join(str(part) for part in parts))


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every text of the core and of what of the application raises its errors."""
    paths = [*(ROOT / "core").rglob("*.py"), *(ROOT / "app").rglob("*.py")]
    return {t for p in paths if p.name != "error_texts.py" for t in texts_in(p)}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_core_still_says_it(said: set[str], sentence: str) -> None:
    assert skeleton(sentence) in said


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_found_and_translated(japanese: None, sentence: str) -> None:
    """As itself: no other sentence takes it for its own."""
    messages = read_messages(resources.path("translations", "koma_ja.ts"))
    (form,) = next(m.forms for m in messages if (m.context, m.source) == (CONTEXT, sentence))
    gaps = {gap.strip("{}"): f"<{gap.strip('{}')}>" for gap in GAP.findall(sentence)}
    assert translated(sentence.format(**gaps)) == form.format(**gaps)
    assert re.search(r"[ぁ-んァ-ヶ]", form)


def test_names_are_kept(japanese: None, tmp_path: Path) -> None:
    path = tmp_path / "第一話.koma"
    with pytest.raises(BadInput) as missing:
        load_project(path)
    assert error_text(missing.value) == "第一話.komaというファイルはありません。"
    path.write_text("not a project")
    with pytest.raises(BadInput) as damaged:
        load_project(path)
    assert error_text(damaged.value).startswith("第一話.komaは壊れているか、Komaのファイルでは")


def test_what_is_around_a_sentence_is_translated_with_it(japanese: None) -> None:
    inner = "a.png is empty."
    assert translated(f"Page 2, panel 13: {inner}") == "2ページ 13コマ目：a.pngは空です。"
    assert translated(f"x.koma cannot be used: {inner}") == "x.komaは使えません：a.pngは空です。"
    assert (
        translated("a.koma was not saved: the disk is full. Free some space and try again.")
        == "a.komaを保存できませんでした：ディスクがいっぱいです。"
        "空きを作ってもう一度試してください。"
    )
    nested = f"What lies below this region could not be drawn. Page 1, panel 1: {inner}"
    assert translated(nested) == (
        "この領域の下の絵を描けませんでした。1ページ 1コマ目：a.pngは空です。"
    )


def test_braces_in_a_name_are_no_gaps(japanese: None) -> None:
    assert translated("{error}{0}.png is empty.") == "{error}{0}.pngは空です。"


def test_the_code_alone_decides_nothing(japanese: None) -> None:
    """What is already translated, or says something else under the same code, stays."""
    for text in ("この画像は扱えません。", "Nobody has said this yet."):
        assert error_text(KomaError(text, code="out_of_memory")) == text


def test_an_unknown_sentence_stays_english_in_a_known_frame(japanese: None) -> None:
    assert translated("Page 1, panel 2: Whatever it is.") == "1ページ 2コマ目：Whatever it is."


def test_english_is_what_the_core_says(qapp: QApplication) -> None:
    for sentence in SENTENCES:
        assert error_text(KomaError(sentence)) == sentence
    assert error_text(KomaError("Give the\n character  a name.")) == "Give the character a name."
