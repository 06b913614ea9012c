"""The .ts files against the sources and against themselves, and how texts are chosen."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import resources
from app.fonts import FREE_FONT, font_notice
from app.i18n import LANGUAGES, Message, TextTranslator, install_language, read_messages
from app.window.status import StatusLine
from widgets.common.mnemonics import without_mnemonic
from widgets.page_strip.layout_titles import LAYOUT_NAMES, layout_title

ROOT = Path(__file__).parents[2]
FILES = {name: resources.path("translations", f"koma_{name}.ts") for name in LANGUAGES}
JAPANESE = read_messages(FILES["ja"])
GAP = re.compile(r"\{\w*\}|%n")


def keys(messages: tuple[Message, ...]) -> set[tuple[str, str]]:
    return {(m.context, m.source) for m in messages}


@pytest.fixture
def speak(qapp: QApplication) -> Iterator:
    """Installs a language; afterwards the application speaks as before."""
    before = set(qapp.findChildren(QTranslator))
    locale = QLocale()
    yield lambda language: install_language(qapp, language)
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(locale)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Message, ...]]:
    """What `poe translations` finds in the sources, written into files of its own."""
    tool = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))
    if tool is None:
        pytest.skip("pyside6-lupdate, of which PySide6-Essentials has no copy here, is missing")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("ts")
    found = {}
    for step in project["tool"]["poe"]["tasks"]["translations"]["sequence"]:
        *words, target = shlex.split(step["cmd"])
        assert words[0] == "pyside6-lupdate" and ROOT / target in FILES.values()
        written = folder / Path(target).name
        done = subprocess.run(
            [tool, *words[1:], str(written)], check=False, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        language = written.stem.removeprefix("koma_")
        found[language] = read_messages(written)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_sources_is_in_the_file(
    extracted: dict[str, tuple[Message, ...]], language: str
) -> None:
    known, wanted = keys(read_messages(FILES[language])), keys(extracted[language])
    assert known == wanted, "run `uv run poe translations` and translate what is new"


def test_the_tool_knows_the_class_of_every_text(
    extracted: dict[str, tuple[Message, ...]],
) -> None:
    """It reads `tr` of another name, or outside a class, as a text of no context."""
    assert [m.source for m in extracted["ja"] if not m.context] == []
    assert len(extracted["ja"]) > 800


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_finished(language: str) -> None:
    for message in read_messages(FILES[language]):
        assert message.finished, message
        assert all(form.strip() or not message.source.strip() for form in message.forms), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_gaps_are_the_same(language: str) -> None:
    for message in read_messages(FILES[language]):
        for form in message.forms:
            assert set(GAP.findall(form)) == set(GAP.findall(message.source)), message


def test_a_text_keeps_its_access_key_line_breaks_and_ellipsis() -> None:
    for message in JAPANESE:
        (form,) = message.forms
        for mark in ("\n", "…", "(*"):
            assert form.count(mark) == message.source.count(mark), message
        marks = re.findall(r"&(\w)", message.source)
        assert re.findall(r"\(&(\w)\)", form) == [mark.upper() for mark in marks], message


def test_sentences_end_like_sentences() -> None:
    for message in JAPANESE:
        if message.source.endswith(".") and message.context not in {"ErrorText"}:
            assert message.forms[0].endswith("。"), message
        assert not re.search(r"[ぁ-ん][.,]", message.forms[0]), message


def test_top_menus_have_different_access_keys() -> None:
    titles = [m for m in JAPANESE if m.context == "MainWindow" and "&" in m.source]
    letters = [re.findall(r"&(\w)", m.forms[0]) for m in titles]
    assert len(titles) == 8
    assert all(len(found) == 1 for found in letters)
    assert len({found[0].casefold() for found in letters}) == 8


def test_english_holds_plural_forms_only() -> None:
    english = read_messages(FILES["en"])
    assert all(m.plural and len(m.forms) == 2 for m in english)
    assert keys(english) == keys(tuple(m for m in JAPANESE if m.plural))
    assert all(len(m.forms) == 1 for m in JAPANESE)


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "1 panel to draw", "2 panels to draw"), ("ja", "残り1コマ", "残り2コマ")],
)
def test_numbers_have_their_forms(qtbot: QtBot, speak, language: str, one: str, two: str) -> None:
    assert speak(language) == language
    line = StatusLine()
    qtbot.addWidget(line)
    shown = []
    for count in (1, 2):
        line.show_jobs(count, None)
        shown.append([label.text() for label in line.findChildren(QLabel)])
    assert one in shown[0] and two in shown[1]


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 page written to out", "2 pages written to out"),
        ("ja", "1ページをoutに書き出しました", "2ページをoutに書き出しました"),
    ],
)
def test_pages_are_counted(speak, language: str, one: str, two: str) -> None:
    speak(language)
    said = [
        QCoreApplication.translate(
            "ExportController", "%n page(s) written to {folder}", "", count
        ).format(folder="out")
        for count in (1, 2)
    ]
    assert said == [one, two]


def test_what_is_missing_or_unfinished_stays_english(qapp: QApplication) -> None:
    owner = QObject()
    translator = TextTranslator(
        "ja",
        (
            Message("A", "Yes", ("はい",), False, True),
            Message("A", "No", ("いいえ",), False, False),
        ),
        owner,
    )
    qapp.installTranslator(translator)
    try:
        said = [QCoreApplication.translate("A", text) for text in ("Yes", "No", "Perhaps")]
        assert said == ["はい", "No", "Perhaps"]
        assert QCoreApplication.translate("B", "Yes") == "Yes"
    finally:
        qapp.removeTranslator(translator)


def test_qt_speaks_japanese_too(speak) -> None:
    speak("ja")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "キャンセル"
    assert QLocale().language() == QLocale.Language.Japanese


def test_the_system_decides_where_the_artist_did_not(
    speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, language in (("ja_JP", "ja"), ("de_DE", "en"), ("en_GB", "en")):
        monkeypatch.setattr(QLocale, "system", staticmethod(lambda name=name: QLocale(name)))
        assert speak("system") == language


def test_layouts_have_japanese_names(speak) -> None:
    files = resources.path("layouts").glob("*.json")
    names = {json.loads(file.read_text(encoding="utf-8"))["name"] for file in files}
    assert names == set(LAYOUT_NAMES)
    speak("ja")
    for name in names:
        assert layout_title(name) != name
    assert layout_title("My own") == "My own"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&Save", "Save"),
        ("保存(&S)", "保存"),
        ("別名で保存(&A)…", "別名で保存…"),
        ("A && B", "A & B"),
        ("人物(2)", "人物(2)"),
        ("取り消す(&U)：A && Bの移動", "取り消す：A & Bの移動"),
    ],
)
def test_a_text_without_its_access_key(text: str, plain: str) -> None:
    assert without_mnemonic(text) == plain


def test_a_missing_japanese_font_is_told(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFontDatabase, "families", staticmethod(lambda system: []))
    notice = font_notice("ja")
    assert FREE_FONT in notice and notice.isascii()  # readable without such a font
    assert font_notice("en") == ""
    monkeypatch.setattr(
        QFontDatabase,
        "families",
        staticmethod(
            lambda system: ["IPA"] if system == QFontDatabase.WritingSystem.Japanese else []
        ),
    )
    assert font_notice("ja") == ""
