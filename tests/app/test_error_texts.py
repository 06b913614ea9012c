"""The core's sentences in Japanese, and that the core still says them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import resources
from app.error_texts import BARE_FRAME, CONTEXT, PHRASES, SENTENCES, error_text, translated
from app.i18n import Message, TextTranslator, read_messages
from core.errors import BadInput, KomaError
from core.storage import load_project

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"\{\w*\}")


@pytest.fixture(scope="module")
def messages() -> tuple[Message, ...]:
    return read_messages(resources.path("translations", "koma_ja.ts"))


@pytest.fixture
def japanese(qapp: QApplication, messages: tuple[Message, ...]) -> Iterator[None]:
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
    return {t for p in paths if p.parent.name != "error_texts" for t in texts_in(p)}


@pytest.mark.parametrize("sentence", (*SENTENCES, *PHRASES))
def test_the_core_still_says_it(said: set[str], sentence: str) -> None:
    assert skeleton(sentence) in said


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_found_and_translated(
    japanese: None, messages: tuple[Message, ...], sentence: str
) -> None:
    """As itself: no other sentence takes it for its own."""
    (form,) = next(m.forms for m in messages if (m.context, m.source) == (CONTEXT, sentence))
    gaps = {gap.strip("{}"): f"<{gap.strip('{}')}>" for gap in GAP.findall(sentence)}
    assert translated(sentence.format(**gaps)) == form.format(**gaps)
    assert re.search(r"[ぁ-んァ-ヶ]", form) or sentence == BARE_FRAME


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_phrase_is_found_and_translated(
    japanese: None, messages: tuple[Message, ...], phrase: str
) -> None:
    (form,) = next(m.forms for m in messages if (m.context, m.source) == (CONTEXT, phrase))
    gaps = {gap.strip("{}"): f"<{gap.strip('{}')}>" for gap in GAP.findall(phrase)}
    held = phrase.format(**gaps)
    assert translated(f"{held} has no picture.") == f"{form.format(**gaps)}に画像がありません。"
    assert form != phrase


@pytest.mark.parametrize(
    ("english", "said"),
    [
        (
            "The title is longer than 80 characters. Shorten it.",
            "題名が80文字を超えています。短くしてください。",
        ),
        (
            "b.koma cannot be used: There can be at most 40 figures a panel.",
            "b.komaは使えません：1コマの人物は40個までです。",
        ),
        (
            "This model's text encoder is damaged: 3 of its weights are missing. Choose another.",
            "このモデルのテキストエンコーダーは壊れています：重みが3個足りません。別のものを選んでください。",
        ),
        (
            "This model folder is damaged: it has no tokenizer. Choose another.",
            "このモデルのフォルダーは壊れています：トークナイザーがありません。別のものを選んでください。",
        ),
        (
            "葵: The subject mask is empty; mark the character in the reference.",
            "葵：人物のマスクが空です。参照画像の中のキャラクターを塗ってください。",
        ),
        (
            "b.koma is damaged: it has a wrong value at pages[0].name. Try its .bak file.",
            "b.komaは壊れています：誤った値があります（pages[0].name）。.bakファイルを試してください。",
        ),
        (
            "The picture ab.png (the mask of a reference of 葵) is missing from the project.",
            "画像ab.png（葵の参照画像のマスク）がプロジェクトにありません。",
        ),
        (
            "The strength of reference 2 must be a number from 0 to 10, not 11; change it.",
            "参照画像2の強さは0から10までです。11にはできません。変更してください。",
        ),
        (
            "袖 is not drawn yet. Render it first, then this region.",
            "袖がまだ描かれていません。先にそれを描いてから、この領域を描いてください。",
        ),
        ("The picture is empty.", "画像は空です。"),
    ],
)  # fmt: skip
def test_words_within_a_sentence_are_translated_too(
    japanese: None, english: str, said: str
) -> None:
    assert translated(english) == said


def test_a_file_may_be_called_like_a_phrase(japanese: None) -> None:
    assert translated("There is no file pages.") == "pagesというファイルはありません。"


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
