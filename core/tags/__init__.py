"""What helps an artist to write tags: spans of a prompt, completion, contradictions, swaps.

Stands on the taxonomy of `core.dataset`; knows neither Qt nor torch. Positions are indices into
Python strings.
"""

from core.tags.changes import CHANGES, Change, Slot, changes_of, present, swapped
from core.tags.completion import Candidate, TagIndex, folded_text
from core.tags.exclusive import Clash, clashes, without
from core.tags.spans import Span, span_at, spans
from core.tags.vocabulary import WordList, small_vocabulary

__all__ = [
    "CHANGES",
    "Candidate",
    "Change",
    "Clash",
    "Slot",
    "Span",
    "TagIndex",
    "WordList",
    "changes_of",
    "clashes",
    "folded_text",
    "present",
    "small_vocabulary",
    "span_at",
    "spans",
    "swapped",
    "without",
]
