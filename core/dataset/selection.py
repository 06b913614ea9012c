"""Which of the filtered posts a set takes: decided by seed and post id, not by the files' order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.dataset.draws import id_order
from core.dataset.filtering import KEPT, filtered_parts
from core.dataset.metadata import MetadataFile, named, plain_text, words
from core.dataset.prompts import Entry, PromptMaker, Row
from core.errors import BadInput

SetName = Literal["training", "evaluation"]
EVALUATION_SHARE = 10  # one post of so many is for evaluation, whatever the seed
_SPLIT_SEED = 5_371
_SPARE = 1.5  # posts looked at for each one taken: some have too few tags


def rows_of(part: Path, row_groups: Sequence[int] | None = None) -> Iterator[pa.RecordBatch]:
    """Batches of a filtered part, with the columns of KEPT."""
    file = MetadataFile(part, named(KEPT))
    try:
        every = range(len(file.row_group_rows)) if row_groups is None else row_groups
        yield from file.batches(list(every), KEPT)
    finally:
        file.close()


def to_rows(batch: pa.RecordBatch) -> Iterator[Row]:
    columns = [batch.column("id").to_pylist()]
    columns += [plain_text(batch.column(name)).to_pylist() for name in KEPT[1:]]
    for number, rating, general, character, series in zip(*columns, strict=True):
        yield Row(number, rating or "", words(general), words(character), words(series))


def select_entries(
    folder: Path, maker: PromptMaker, count: int, which: SetName, min_tags: int
) -> list[Entry]:
    """`count` posts in an order that only the maker's seed decides; fewer where there are no more.

    A post of the training set is never in an evaluation set. min_tags: tags the taxonomy places.
    Raises BadInput where no post is left.
    """
    parts = filtered_parts(folder)
    ids = np.concatenate([_ids(part) for part in parts]) if parts else np.empty(0, np.int64)
    ids = np.unique(ids[_of_set(ids, which)])
    order = np.argsort(id_order(ids, maker.seed), kind="stable")
    wanted = ids[order][: max(64, int(count * _SPARE))]
    rank = {int(number): place for place, number in enumerate(wanted)}
    found = [e for part in parts for e in _entries(part, np.sort(wanted), maker, min_tags)]
    found.sort(key=lambda entry: rank[entry.row.id])
    unique = list({entry.row.id: entry for entry in found}.values())
    if not unique:
        raise BadInput(
            "No post is left for this set. Filter more metadata, or ask for fewer tags a post."
        )
    return unique[:count]


def _ids(part: Path) -> NDArray[np.int64]:
    column = pq.read_table(part, columns=["id"]).column("id")
    return column.to_numpy().astype(np.int64)


def _of_set(ids: NDArray[np.int64], which: SetName) -> NDArray[np.bool_]:
    evaluation = id_order(ids, _SPLIT_SEED) % np.uint64(EVALUATION_SHARE) == 0
    return evaluation if which == "evaluation" else ~evaluation


def _entries(
    part: Path, wanted: NDArray[np.int64], maker: PromptMaker, min_tags: int
) -> Iterator[Entry]:
    for batch in rows_of(part):
        ids = batch.column("id").to_numpy()
        place = np.minimum(np.searchsorted(wanted, ids), len(wanted) - 1)
        chosen = batch.filter(pa.array(wanted[place] == ids))
        for row in to_rows(chosen):
            entry = maker.entry(row)
            if len(entry.places) >= min_tags:
                yield entry
