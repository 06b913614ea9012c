"""Frequent tags of a metadata file that the taxonomy has no place for: its list of things to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.dataset.arrow import compute as pc
from core.dataset.metadata import MetadataFile, metadata_files, named, plain_text
from core.dataset.taxonomy import Taxonomy

_COLUMN = "tag_string_general"


@dataclass(frozen=True)
class TagCounts:
    """unplaced: (tag, posts), most frequent first. uses: of all tags; placed, left_out: of it."""

    unplaced: tuple[tuple[str, int], ...]
    uses: int
    placed: int
    left_out: int


def count_tags(sources: Sequence[Path], taxonomy: Taxonomy) -> TagCounts:
    """Counts in one pass; memory is bounded by the number of different tags, not of posts."""
    counts: Counter[str] = Counter()
    for path in metadata_files(sources):
        file = MetadataFile(path, named([_COLUMN]))
        try:
            for batch in file.batches(range(len(file.row_group_rows)), [_COLUMN]):
                counts.update(_counted(batch))
        finally:
            file.close()
    placed = left_out = 0
    unplaced: list[tuple[str, int]] = []
    for tag, count in counts.items():
        if taxonomy.place(tag) is not None:
            placed += count
        elif taxonomy.is_left_out(tag):
            left_out += count
        else:
            unplaced.append((tag, count))
    unplaced.sort(key=lambda item: (-item[1], item[0]))
    return TagCounts(tuple(unplaced), counts.total(), placed, left_out)


def _counted(batch: pa.RecordBatch) -> dict[str, int]:
    tags = pc.list_flatten(pc.split_pattern(plain_text(batch.column(_COLUMN)), " "))
    found = pc.value_counts(tags)
    pairs = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
    return {tag: count for tag, count in pairs if tag}
