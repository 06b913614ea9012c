"""The core's sentences in the artist's language.

The core speaks English and knows no Qt, so its sentences are repeated here for the translators; a
test compares each with those in the core, and another one finds what the core says and nobody has
repeated. They are found by their words and not by `KomaError.code`: an error that is passed on
keeps its code but gets words around it ("Page 2, panel 3: ..."), and few codes stand for one
sentence only. `{name}` and the like stand for any text, which is kept as it is; `{error}` is a
sentence again, and `NESTED` gaps may hold one of `PHRASES`. What is not listed stays English.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

from app.error_texts import drawing, files, models, pages, phrases, pictures
from core.errors import KomaError

CONTEXT = "ErrorText"
SENTENCES = tuple(
    str(sentence)
    for module in (files, pictures, pages, drawing, models)
    for sentence in module.SENTENCES
)
PHRASES = tuple(str(phrase) for phrase in phrases.PHRASES)
NESTED = frozenset({"what", "fault", "part", "where", "use"})
BARE_FRAME = "{name}: {error}"  # fits nearly everything, so it comes last
_GAP = re.compile(r"\\\{(\w+)\\\}")  # a placeholder, after re.escape
_Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def error_text(error: KomaError) -> str:
    """What the artist reads: one line, translated where it is known, else as the core says it."""
    return translated(" ".join(str(error).split()))


def translated(sentence: str) -> str:
    """The sentence in the language of the application; English where it is not known."""
    return _found(sentence, _patterns(SENTENCES))


def _found(text: str, patterns: _Patterns) -> str:
    for source, pattern in patterns:
        found = pattern.fullmatch(text)
        form = QCoreApplication.translate(CONTEXT, source) if found else source
        if found is None or form == source:
            continue
        return form.format(**{gap: _in_gap(gap, held) for gap, held in found.groupdict().items()})
    return text


def _in_gap(gap: str, text: str) -> str:
    if gap == "error":
        return translated(text.strip())
    return _found(text.strip(), _patterns(PHRASES)) if gap in NESTED else text


@cache
def _patterns(sources: tuple[str, ...]) -> _Patterns:
    """Frames around other sentences first, then those with the fewest gaps, then the longest."""

    def rank(source: str) -> tuple[bool, bool, bool, int, int]:
        return (
            source == BARE_FRAME,
            "{error}" not in source,
            source.startswith("{"),
            source.count("{"),
            -len(source),
        )

    return tuple(
        (s, re.compile(_GAP.sub(r"(?P<\1>.*?)", re.escape(s)))) for s in sorted(sources, key=rank)
    )
