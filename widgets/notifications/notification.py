"""A sentence to the artist that blocks nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True)
class NotificationAction:
    """A button beside the sentence; two actions of one text are taken to do the same."""

    text: str
    run: Callable[[], object] = field(compare=False)


@dataclass(frozen=True)
class Notification:
    """`text` is one or two sentences, translated. An error stays until it is closed."""

    level: Level
    text: str
    action: NotificationAction | None = None

    @property
    def stays(self) -> bool:
        return self.level == "error"
