"""What is seen while panels are drawn: one bar with panel, step and time left, on stderr."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from app.render_session import RenderEvents, Survey
from core.engine import RenderProgress, RenderResult
from core.errors import KomaError
from core.render_plan import Target

PlaceOf = Callable[[Target], tuple[int, int]]


class RenderDisplay:
    """A context manager whose `events` move the bar; a line for each failure.

    Where stderr is no terminal there is a line a panel and no bar.
    """

    def __init__(self, survey: Survey, place_of: PlaceOf, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, soft_wrap=True, highlight=False)
        self._place_of = place_of
        self._count = len(survey.targets)
        self._handled = 0
        self._steps: dict[Target, int] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("Loading the model", total=survey.steps)

    @property
    def events(self) -> RenderEvents:
        return RenderEvents(self._on_progress, self._on_finished, self._on_failed)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def name(self, target: Target) -> str:
        """Such as "page 1, panel 3"."""
        page, panel = self._place_of(target)
        region = "" if target.region_edit_id is None else ", region"
        return f"page {page}, panel {panel}{region}"

    def _on_progress(self, target: Target, progress: RenderProgress) -> None:
        self._steps[target] = progress.step
        self._progress.update(
            self._task,
            completed=sum(self._steps.values()),
            description=f"Drawing {self.name(target)} ({progress.step} of {progress.steps})",
        )

    def _on_finished(self, target: Target, result: RenderResult) -> None:
        self._handled += 1
        if not self._console.is_terminal:
            self._say(f"{self.name(target)} is drawn ({self._handled} of {self._count})")

    def _on_failed(self, target: Target, error: KomaError) -> None:
        self._handled += 1
        self._say(f"{self.name(target)}: {error}")

    def _say(self, text: str) -> None:
        self._console.print(text[0].upper() + text[1:], markup=False)
