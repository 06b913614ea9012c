"""The cache of K' and V': once per content, bounded by bytes."""

from dataclasses import replace

import torch

from core.adapters.conditions import ReferenceKV
from core.adapters.reference_cache import CachedReference, ReferenceCache, ReferenceKey

KEY = ReferenceKey("image", "mask", "encoder", "adapter", "float32")


class Source:
    """Makes entries of 400 bytes and counts them."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> CachedReference:
        self.made += 1
        tensor = torch.full((10, 5), float(self.made))
        return CachedReference(ReferenceKV((tensor,), (tensor.clone(),)), False)


def test_a_reference_is_computed_once() -> None:
    cache, source = ReferenceCache(), Source()
    first = cache.get(KEY, source)
    assert cache.get(replace(KEY), source) is first
    assert (source.made, len(cache), cache.nbytes) == (1, 1, 400)


def test_each_part_of_the_key_counts() -> None:
    cache, source = ReferenceCache(), Source()
    cache.get(KEY, source)
    for name in ("image_digest", "mask_digest", "encoder_id", "adapter_id", "dtype"):
        cache.get(replace(KEY, **{name: "other"}), source)
    assert source.made == 6


def test_the_least_recently_used_goes_first() -> None:
    cache, source = ReferenceCache(max_bytes=1000), Source()
    keys = [replace(KEY, image_digest=name) for name in "abc"]
    cache.get(keys[0], source)
    cache.get(keys[1], source)
    cache.get(keys[0], source)
    cache.get(keys[2], source)
    assert (len(cache), cache.nbytes, source.made) == (2, 800, 3)
    cache.get(keys[0], source)
    assert source.made == 3
    cache.get(keys[1], source)
    assert source.made == 4


def test_one_entry_stays_even_above_the_limit() -> None:
    cache, source = ReferenceCache(max_bytes=10), Source()
    cache.get(KEY, source)
    cache.get(KEY, source)
    assert (source.made, len(cache)) == (1, 1)


def test_a_failed_computation_leaves_nothing() -> None:
    cache = ReferenceCache()

    def fail() -> CachedReference:
        raise RuntimeError

    try:
        cache.get(KEY, fail)
    except RuntimeError:
        assert len(cache) == 0 and cache.nbytes == 0
    else:
        raise AssertionError("the error was swallowed")


def test_clear_frees_everything() -> None:
    cache, source = ReferenceCache(), Source()
    cache.get(KEY, source)
    cache.clear()
    assert (len(cache), cache.nbytes) == (0, 0)
