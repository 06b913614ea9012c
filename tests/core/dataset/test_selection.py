"""Which posts a set takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.dataset.filtering import FilterOptions, filter_metadata
from core.dataset.prompts import PromptMaker
from core.dataset.selection import SetName, select_entries
from core.dataset.taxonomy import Taxonomy
from core.errors import BadInput
from tests.core.dataset.posts import WritePosts, post

COUNT = 400


@pytest.fixture
def posts(write_posts: WritePosts, tmp_path: Path) -> Path:
    few = "1girl solo smile"
    every = [post(n, **({"tag_string_general": few} if n % 4 == 0 else {})) for n in range(COUNT)]
    filter_metadata([write_posts(every)], tmp_path / "out", FilterOptions())
    return tmp_path / "out"


def chosen(
    folder: Path, taxonomy: Taxonomy, which: SetName, seed: int = 0, count: int = COUNT,
    min_tags: int = 1,
) -> list[int]:  # fmt: skip
    maker = PromptMaker(taxonomy, seed=seed)
    return [e.row.id for e in select_entries(folder, maker, count, which, min_tags)]


def test_training_and_evaluation_share_no_post_whatever_the_seeds(
    posts: Path, taxonomy: Taxonomy
) -> None:
    training = set(chosen(posts, taxonomy, "training", seed=1))
    evaluation = set(chosen(posts, taxonomy, "evaluation", seed=2))
    assert training | evaluation == set(range(COUNT))
    assert not training & evaluation
    assert 20 < len(evaluation) < 70  # one of ten


def test_the_seed_decides_the_order_and_a_larger_set_begins_with_the_smaller(
    posts: Path, taxonomy: Taxonomy
) -> None:
    first = chosen(posts, taxonomy, "training", count=30)
    assert first == chosen(posts, taxonomy, "training", count=60)[:30]
    assert first != chosen(posts, taxonomy, "training", seed=1, count=30)
    assert first != sorted(first)


def test_the_order_of_files_does_not_matter(
    write_posts: WritePosts, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    halves = [
        write_posts([post(n) for n in range(start, 100, 2)], f"{start}.parquet") for start in (0, 1)
    ]
    for name, files in (("a", halves), ("b", halves[::-1])):
        filter_metadata(files, tmp_path / name, FilterOptions())
    made = [chosen(tmp_path / name, taxonomy, "training", count=40) for name in ("a", "b")]
    assert made[0] == made[1] and len(made[0]) == 40


def test_posts_with_too_few_known_tags_and_doubles_are_passed_over(
    posts: Path, write_posts: WritePosts, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    assert all(n % 4 for n in chosen(posts, taxonomy, "training", min_tags=6))
    filter_metadata([write_posts([post(3), post(3)])], tmp_path / "double", FilterOptions())
    found = [chosen(tmp_path / "double", taxonomy, which) for which in _sets_that_hold(3)]
    assert found == [[3]]


def _sets_that_hold(number: int) -> list[SetName]:
    import numpy as np

    from core.dataset.selection import _of_set

    sets: tuple[SetName, ...] = ("training", "evaluation")
    return [name for name in sets if _of_set(np.array([number]), name)[0]]


def test_no_post_is_left(posts: Path, taxonomy: Taxonomy, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No post is left"):
        chosen(posts, taxonomy, "training", min_tags=90)
    with pytest.raises(BadInput, match="finished filter run"):
        chosen(tmp_path, taxonomy, "training")
