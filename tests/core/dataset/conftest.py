"""A taxonomy as it ships, and metadata of a few posts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.dataset.taxonomy import Taxonomy
from core.dataset.taxonomy_file import load_taxonomy
from tests.core.dataset.posts import SCHEMA, Post, WritePosts

TAXONOMY = Path(__file__).resolve().parents[3] / "resources" / "taxonomy"


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy(TAXONOMY)


@pytest.fixture
def write_posts(tmp_path: Path) -> WritePosts:
    def write(
        posts: Sequence[Post],
        name: str = "posts.parquet",
        schema: pa.Schema = SCHEMA,
        row_group_size: int = 1000,
    ) -> Path:
        path = tmp_path / name
        table = pa.Table.from_pylist([dict(p) for p in posts], schema=schema)
        pq.write_table(table, path, row_group_size=row_group_size)
        return path

    return write
