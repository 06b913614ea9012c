from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.errors import StorageFailed
from core.export import LayeredPage, write_png


def chunk_names(data: bytes) -> list[str]:
    names, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        names.append(data[at + 4 : at + 8].decode("ascii"))
        at += 12 + length
    return names


def test_pixels_and_resolution_survive(page: LayeredPage, tmp_path: Path) -> None:
    path = write_png(page, tmp_path / "ページ.png")
    with Image.open(path) as image:
        assert image.mode == "RGB"
        assert np.array_equal(np.array(image), page.merged)
        assert image.info["dpi"] == pytest.approx((350, 350), abs=0.02)


def test_the_profile_is_srgb_and_the_only_statement_about_colour(
    page: LayeredPage, tmp_path: Path
) -> None:
    path = write_png(page, tmp_path / "a.png")
    with Image.open(path) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    names = chunk_names(path.read_bytes())
    assert names.count("iCCP") == 1
    assert "sRGB" not in names


def test_equal_pages_give_equal_files(page: LayeredPage, tmp_path: Path) -> None:
    first = write_png(page, tmp_path / "a.png").read_bytes()
    assert write_png(page, tmp_path / "b.png").read_bytes() == first


def test_a_missing_folder(page: LayeredPage, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"a\.png was not saved"):
        write_png(page, tmp_path / "nowhere" / "a.png")
