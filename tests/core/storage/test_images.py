from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import BadInput
from core.geometry import Raster
from core.storage import (
    FolderAssets,
    MemoryAssets,
    decode_png,
    encode_png,
    get_image,
    put_image,
    put_mask,
    read_image,
    read_mask,
)

RAMP = (np.arange(5 * 4 * 3).reshape(4, 5, 3) * 4).astype(np.uint8)


def file_of(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def huge_png(side: int) -> bytes:
    """A valid 1-bit PNG of side x side px, a few kB for 40,000 px (deflate of zeros)."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    rows = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@st.composite
def rasters(draw: st.DrawFn) -> Raster:
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    channels = draw(st.sampled_from([1, 3, 4]))
    size = width * height * channels
    data = draw(st.binary(min_size=size, max_size=size))
    return Raster(width, height, channels, data)


FEW = settings(deadline=None, max_examples=50)


@FEW
@given(rasters())
def test_png_is_lossless(raster: Raster) -> None:
    assert decode_png(encode_png(raster)) == raster


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(file_of(Image.fromarray(RAMP), kind))
    assert read_image(path) == Raster.from_array(RAMP)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats(kind: str) -> None:
    flat = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    raster = read_image(file_of(Image.fromarray(flat), kind))
    assert raster.channels == 3
    assert np.abs(raster.array.astype(int) - flat).max() <= 6


def test_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    raster = read_image(file_of(Image.fromarray(RAMP), exif=exif))
    assert (raster.width, raster.height) == (4, 5)
    assert np.array_equal(raster.array, np.rot90(RAMP, -1))


def test_grey_becomes_rgb() -> None:
    grey = RAMP[..., 0]
    raster = read_image(file_of(Image.fromarray(grey)))
    assert np.array_equal(raster.array, np.repeat(grey[..., None], 3, axis=2))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits(kind: str) -> None:
    grey = np.array([[0, 257, 128 * 257, 65535]], np.uint16)
    raster = read_image(file_of(Image.fromarray(grey), kind))
    assert raster.array[0, :, 0].tolist() == [0, 1, 128, 255]


def test_palettes() -> None:
    image = Image.fromarray(RAMP).quantize(32)
    expected = np.asarray(image.convert("RGB"))
    assert np.array_equal(read_image(file_of(image)).array, expected)
    transparent = read_image(file_of(image, transparency=int(np.asarray(image)[0, 0])))
    assert transparent.channels == 4
    assert transparent.array[0, 0, 3] == 0
    assert transparent.array[3, 4, 3] == 255


def test_grey_with_alpha() -> None:
    raster = read_image(file_of(Image.fromarray(RAMP[..., :2], "LA")))
    assert raster.channels == 4
    assert np.array_equal(raster.array[..., 3], RAMP[..., 1])
    assert np.array_equal(raster.array[..., 0], RAMP[..., 0])


def test_cmyk() -> None:
    image = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    raster = read_image(file_of(image, "JPEG", quality=95))
    assert raster.channels == 3
    red, green, blue = raster.array[0, 0].tolist()
    assert red > 240 and green < 15 and blue < 15


def test_masks() -> None:
    grey = RAMP[..., 0]
    assert read_mask(file_of(Image.fromarray(grey))) == Raster.from_array(grey)
    alpha = np.dstack([RAMP, grey])
    assert read_mask(file_of(Image.fromarray(alpha))) == Raster.from_array(grey)
    white = Image.new("RGB", (3, 2), "white")
    assert read_mask(file_of(white)).data == b"\xff" * 6


# Bad files


def refusal(source: Path | bytes) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_image(source)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and "Error" not in message
    return caught.value


@pytest.mark.parametrize("side", [9_000, 16_000, 40_000])
def test_too_many_pixels_are_refused_before_decoding(side: int, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(huge_png(side))
    tracemalloc.start()
    error = refusal(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "image_too_large"
    assert "huge.png is too large" in str(error)
    assert peak < 8 * path.stat().st_size + 1_000_000


def test_just_small_enough() -> None:
    raster = read_image(huge_png(2_000))
    assert (raster.width, raster.height) == (2_000, 2_000)


def test_text_named_png(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("This is not a picture.")
    assert refusal(path).code == "not_an_image"
    assert "text.png" in str(refusal(path))


def test_empty_and_missing_files(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.write_bytes(b"")
    assert refusal(path).code == "not_an_image"
    assert refusal(tmp_path / "gone.png").code == "no_file"
    assert "cannot be read" in str(refusal(tmp_path))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_truncated_files(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    whole = file_of(Image.fromarray(noise), kind)
    for share in (0.1, 0.5, 0.9):
        assert refusal(whole[: int(len(whole) * share)]).code in ("damaged_image", "not_an_image")


@FEW
@given(st.integers(0, 10**6), st.integers(1, 255))
def test_damaged_files_raise_nothing_else(place: int, flip: int) -> None:
    data = bytearray(file_of(Image.fromarray(RAMP)))
    data[place % len(data)] ^= flip
    try:
        read_image(bytes(data))
    except BadInput as error:
        assert str(error).endswith(".")


def test_formats_that_are_programs(tmp_path: Path) -> None:
    """PostScript would be run by Ghostscript."""
    path = tmp_path / "x.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    assert refusal(path).code == "not_an_image"


# Asset stores


@pytest.mark.parametrize("in_folder", [False, True])
def test_asset_stores(in_folder: bool, tmp_path: Path) -> None:
    assets = FolderAssets(tmp_path / "assets") if in_folder else MemoryAssets()
    raster = Raster.from_array(RAMP)
    digest = put_image(assets, raster)
    assert put_image(assets, raster) == digest
    assert get_image(assets, digest) == raster
    assert digest in assets and "0" * 64 not in assets
    assert list(assets) == [digest]
    with pytest.raises(BadInput, match=r"0000\.png is missing"):
        assets.get("0" * 64)
    mask = Raster.from_array(RAMP[..., 1])
    assert get_image(assets, put_mask(assets, mask)) == mask


def test_a_changed_file_in_a_folder(tmp_path: Path) -> None:
    assets = FolderAssets(tmp_path)
    digest = put_image(assets, Raster.from_array(RAMP))
    (tmp_path / f"{digest}.png").write_bytes(b"other")
    with pytest.raises(BadInput, match="was changed"):
        assets.get(digest)
    with pytest.raises(BadInput):
        assets.get("../../etc/passwd")


def test_empty_masks() -> None:
    with pytest.raises(BadInput, match="empty"):
        put_mask(MemoryAssets(), Raster.from_array(np.zeros((4, 4), np.uint8)))
    with pytest.raises(BadInput, match="grey"):
        put_mask(MemoryAssets(), Raster.from_array(RAMP))
