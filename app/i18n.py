"""English and Japanese. The texts are in Qt's .ts files, which translators' tools edit.

They are read as they are: a compiled copy beside each would only be one more file to forget.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

import resources
from app.settings import Language

FOLDER = "translations"
LANGUAGES = ("en", "ja")


@dataclass(frozen=True)
class Message:
    """A text of a .ts file. forms: one translation, or one for each grammatical number."""

    context: str
    source: str
    forms: tuple[str, ...]
    plural: bool
    finished: bool


def read_messages(path: Path) -> tuple[Message, ...]:
    """All messages of a .ts file."""
    found: list[Message] = []
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") in ("vanished", "obsolete"):
                continue
            plural = message.get("numerus") == "yes"
            forms = (
                tuple(form.text or "" for form in translation.iter("numerusform"))
                if plural
                else (translation.text or "",)
            )
            finished = translation.get("type") != "unfinished" and all(forms)
            found.append(Message(name, message.findtext("source", ""), forms, plural, finished))
    return tuple(found)


class TextTranslator(QTranslator):
    """Translates from the messages of one language; what is missing stays English."""

    def __init__(self, language: str, messages: tuple[Message, ...], parent: QObject) -> None:
        super().__init__(parent)
        self._one_form = language == "ja"
        self._forms = {(m.context, m.source): m.forms for m in messages if m.finished}

    def isEmpty(self) -> bool:
        return not self._forms

    def translate(
        self,
        context: bytes | bytearray | memoryview | str,
        sourceText: bytes | bytearray | memoryview | str,
        disambiguation: bytes | bytearray | memoryview | str | None = None,
        n: int = -1,
    ) -> str:
        source = _text(sourceText)
        forms = self._forms.get((_text(context), source))
        if forms is None:
            return source  # Qt takes "" from Python for a translation
        if len(forms) == 1 or self._one_form or n == 1:
            return forms[0]
        return forms[1]


def system_language() -> str:
    return "ja" if QLocale.system().language() == QLocale.Language.Japanese else "en"


def install_language(application: QCoreApplication, language: Language) -> str:
    """Let the application speak a language, before its first window is made; returns which."""
    chosen = system_language() if language == "system" else language
    path = resources.path(FOLDER, f"koma_{chosen}.ts")
    application.installTranslator(TextTranslator(chosen, read_messages(path), application))
    own = QTranslator(application)  # the texts of Qt's own dialogs
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if own.load(f"qtbase_{chosen}", folder):
        application.installTranslator(own)
    QLocale.setDefault(QLocale(chosen))
    return chosen


def _text(value: bytes | bytearray | memoryview | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode()
