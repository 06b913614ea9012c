"""A disk that really takes no more bytes, for both writers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import StorageFailed
from core.export import Layer, LayeredPage, write_png, write_psd

resource = pytest.importorskip("resource", reason="only POSIX limits the size of files")


@pytest.fixture
def big_page() -> LayeredPage:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 4), dtype=np.uint8)
    return LayeredPage(256, 256, 300.0, (Layer("a", noise),), noise[..., :3].copy())


@pytest.fixture
def no_more_than_64_kib() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("write", [write_png, write_psd])
@pytest.mark.usefixtures("no_more_than_64_kib")
def test_the_old_file_stays_and_nothing_half_written(
    write: Callable[[LayeredPage, Path], Path], big_page: LayeredPage, tmp_path: Path
) -> None:
    path = tmp_path / "a.psd"
    path.write_bytes(b"old")
    with pytest.raises(StorageFailed, match="too large for this disk"):
        write(big_page, path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.psd"]
