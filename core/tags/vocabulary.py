"""The words that a small model was taught, read from its tokenizer without any network."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

MAX_BYTES = 4 * 2**20
SMALL = 8_000  # entries; CLIP's own 49,408 can spell everything, which says nothing
_WORD_END = "</w>"
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class WordList:
    """Words that a model knows, in small letters."""

    words: frozenset[str]

    def knows(self, text: str) -> bool:
        """Whether every word of a tag is known; signs and figures always are."""
        return all(word in self.words for word in _WORDS.findall(text.lower()))


def small_vocabulary(model: Path) -> WordList | None:
    """The whole words of a model folder's tokenizer; None where it is large, or cannot be read.

    The byte pairs of a tokenizer made for few words are joined until each of them is one token.
    """
    path = model / "tokenizer" / "tokenizer.json"
    try:
        if path.stat().st_size > MAX_BYTES:
            return None
        value: Any = json.loads(path.read_text(encoding="utf-8"))
        tokens = cast("dict[str, int]", value["model"]["vocab"])
        words = frozenset(t.removesuffix(_WORD_END) for t in tokens if t.endswith(_WORD_END))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return WordList(words) if words and len(tokens) < SMALL else None
