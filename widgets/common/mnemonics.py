"""Menu texts without the marks of their access keys."""

from __future__ import annotations

import re

_BEHIND = re.compile(r"\s*\(&\w\)")  # Japanese and others: the letter stands behind, "保存(&S)"


def without_mnemonic(text: str) -> str:
    """“&Save” and “保存(&S)” as one reads them; “&&” is a plain &."""
    parts = (_BEHIND.sub("", part).replace("&", "") for part in text.split("&&"))
    return "&".join(parts)
