"""The taxonomy that ships, read once, and lookups in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import resources
from core.dataset.taxonomy import Taxonomy
from core.dataset.taxonomy_file import load_taxonomy
from core.tags import TagIndex, changes_of, swapped


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy(resources.path("taxonomy"))


@pytest.fixture(scope="session")
def index(taxonomy: Taxonomy) -> TagIndex:
    return TagIndex(taxonomy)


@pytest.fixture
def swap(taxonomy: Taxonomy) -> Callable[[str, str, str], str]:
    """(prompt, what is changed, tag) -> the prompt with it."""
    changes = {change.kind: change for change in changes_of(taxonomy)}

    def do(prompt: str, kind: str, tag: str) -> str:
        change = changes[kind]
        slot = next(s for s in change.slots if any(place.tag == tag for place in s.choices))
        return swapped(prompt, tag, slot, change, taxonomy)

    return do
