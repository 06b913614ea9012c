"""The names of the identity adapters, and choices of several: "anime", "anime+reference"."""

from __future__ import annotations

from typing import Literal, cast, get_args

from core.errors import BadInput

AdapterKind = Literal["anime", "ip", "ip-plus", "character", "reference"]
ADAPTER_KINDS: tuple[AdapterKind, ...] = get_args(AdapterKind)
DEFAULT_CHOICE = "anime"  # where neither artist nor model says otherwise
TITLES: dict[AdapterKind, str] = {
    "anime": "AnimeAdapter",
    "ip": "IP-Adapter",
    "ip-plus": "IP-Adapter-Plus",
    "character": "Character-Adapter",
    "reference": "reference attention",
}


def parse_choice(choice: str) -> tuple[AdapterKind, ...]:
    """The adapters of a choice, in its order. Raises BadInput for unknown or repeated names."""
    names = tuple(choice.split("+"))
    if any(name not in ADAPTER_KINDS for name in names) or len(set(names)) < len(names):
        raise BadInput(
            f"“{choice}” is no choice of adapters. Choose {', '.join(ADAPTER_KINDS)}, or several "
            "joined by +.",
            code="bad_choice",
        )
    return cast(tuple[AdapterKind, ...], names)
