"""What the commands print: progress bars, counts, peak memory."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from core.dataset.taxonomy import Cluster, Taxonomy

if TYPE_CHECKING:
    from core.dataset.build import BuildResult
    from core.dataset.filtering import Counts
    from core.dataset.unplaced import TagCounts

_KIB, _MIB = 2**10, 2**20
_FAILURES_SHOWN = 10


def peak_mib() -> float | None:
    """Most memory this process has held, in MiB; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (_MIB if sys.platform == "darwin" else _KIB)


class _Bar:
    def __init__(self, unit: str) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
            TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task(unit, total=None)
        self._start = time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int, text: str) -> None:
        self._bar.update(self._task, completed=done, total=total, description=text)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._start


class FilterProgress(_Bar):
    def __init__(self) -> None:
        super().__init__("posts")

    def show(self, read: int, total: int, kept: int) -> None:
        self.update(read, total, f"{read:,} of {total:,} posts, {kept:,} kept")

    def report(self, counts: Counts) -> None:
        table = Table("rule", "posts")
        table.columns[1].justify = "right"
        for rule, count in counts.dropped.items():
            table.add_row(f"dropped: {rule}", f"{count:,}")
        table.add_row("kept", f"{counts.kept:,}")
        table.add_row("read", f"{counts.read:,}")
        console = Console()
        console.print(table)
        peak = peak_mib()
        memory = "" if peak is None else f", at most {peak:.0f} MiB of memory"
        console.print(f"{self.seconds:.1f} s{memory}")


class PictureProgress(_Bar):
    def __init__(self) -> None:
        super().__init__("pictures")

    def show(self, done: int, total: int) -> None:
        self.update(done, total, f"{done:,} of {total:,} pictures")


class ImageProgress(_Bar):
    def __init__(self) -> None:
        super().__init__("pictures")

    def show(self, result: BuildResult, total: int) -> None:
        done = result.drawn + result.reused
        self.update(done, total, f"{done:,} of {total:,} pictures")

    def report(self, result: BuildResult) -> None:
        console = Console()
        console.print(
            f"{result.samples:,} samples in {len(result.shards)} shards; {result.drawn:,} pictures "
            f"drawn, {result.reused:,} were there, {result.without_skeleton:,} without a skeleton; "
            f"{self.seconds:.0f} s"
        )
        for number, what, why in result.failures[:_FAILURES_SHOWN]:
            console.print(f"post {number}, {what}: {why}", markup=False)
        if len(result.failures) > _FAILURES_SHOWN:
            console.print(f"{len(result.failures):,} failures in all, see failures.jsonl")


def print_taxonomy(taxonomy: Taxonomy) -> None:
    """Groups and tags by cluster."""
    table = Table("cluster", "groups", "tags")
    for cluster in Cluster:
        groups = [group for group in taxonomy.groups if group.cluster is cluster]
        count = sum(len(group.tags) for group in groups)
        table.add_row(f"{cluster.value} {cluster.name.lower()}", str(len(groups)), f"{count:,}")
    console = Console()
    console.print(table)
    parts = taxonomy.parts
    console.print(
        f"{taxonomy.tag_count:,} tags, {len(parts.aliases):,} aliases, {len(parts.names):,} with "
        f"Japanese names, {len(parts.exclusions)} exclusions. The taxonomy is sound."
    )


def print_unplaced(counts: TagCounts, top: int) -> None:
    """The most frequent tags without a place, and what share of all uses is placed."""
    table = Table("tag", "posts")
    for tag, count in counts.unplaced[:top]:
        table.add_row(tag, f"{count:,}")
    console = Console(markup=False)
    console.print(table)
    uses = max(1, counts.uses)
    console.print(
        f"{counts.uses:,} uses of tags: {counts.placed / uses:.1%} placed, "
        f"{counts.left_out / uses:.1%} left out on purpose, "
        f"{len(counts.unplaced):,} tags without a place"
    )
