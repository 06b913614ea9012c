"""Pictures from anywhere into rasters, and rasters into PNG. Files are not trusted."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import BadInput
from core.geometry import Raster

MAX_PIXELS = 64_000_000
MAX_FILE_BYTES = 512 * 1024 * 1024
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_WITH_ALPHA = ("RGBA", "RGBa", "LA", "La", "PA")


def read_image(source: Path | bytes) -> Raster:
    """An RGB raster, or RGBA where the picture has transparency, turned upright by its EXIF.

    Palettes, grey, 16 bits a channel and CMYK are converted. Raises BadInput, before any pixel is
    decoded, for more than 64 million pixels; and for anything that is not a whole picture.
    """
    return _read(source, grey_stays=False)


def read_mask(source: Path | bytes) -> Raster:
    """A mask of 1 channel: a grey picture's values, a coloured one's luminance, or, where a picture
    has transparency, its alpha. Raises BadInput as `read_image`.
    """
    raster = _read(source, grey_stays=True)
    if raster.channels == 4:
        return Raster.from_array(raster.array[..., 3])
    if raster.channels == 3:
        return Raster.from_array(np.asarray(Image.fromarray(raster.array).convert("L")))
    return raster


def decode_png(data: bytes) -> Raster:
    """What `encode_png` wrote: 1, 3 or 4 channels. Raises BadInput as `read_image`."""
    return _read(data, grey_stays=True)


def encode_png(raster: Raster) -> bytes:
    """Losslessly; transparent pixels keep their colour."""
    buffer = io.BytesIO()
    Image.fromarray(raster.array).save(buffer, format="PNG")
    return buffer.getvalue()


def _read(source: Path | bytes, *, grey_stays: bool) -> Raster:
    name = source.name if isinstance(source, Path) else "The picture"
    data = _file_bytes(source) if isinstance(source, Path) else source
    try:
        with warnings.catch_warnings():
            # Pillow warns where we refuse.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        _check_size(image, name)
        return _to_raster(image, grey_stays=grey_stays)
    except BadInput:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(name, "") from error
    except UnidentifiedImageError as error:
        raise BadInput(
            f"{name} is not a picture that Koma can read. Use PNG, JPEG or WebP.",
            code="not_an_image",
        ) from error
    except Exception as error:
        # Decoders raise nearly anything on damaged files: OSError, SyntaxError, struct.error ...
        raise BadInput(
            f"{name} is damaged or cut short. Save it again or choose another picture.",
            code="damaged_image",
            details=repr(error),
        ) from error


def _file_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadInput(f"{path.name} is larger than 512 MB. Choose a smaller picture.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(f"There is no file {path.name}.", code="no_file") from error
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read.", details=str(error)) from error


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width < 1 or height < 1:
        raise BadInput(f"{name} is empty.", code="damaged_image")
    if width * height > MAX_PIXELS:
        raise _too_large(name, f" ({width} x {height} px)")


def _too_large(name: str, size: str) -> BadInput:
    return BadInput(
        f"{name} is too large{size}. Scale it down to at most 64 million pixels.",
        code="image_too_large",
    )


def _to_raster(image: Image.Image, *, grey_stays: bool) -> Raster:
    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        raise BadInput("A picture with floating-point values has no place here. Save it as PNG.")
    if image.mode in _GREY_16:
        image = _grey_8(image)
    has_alpha = image.mode in _WITH_ALPHA or "transparency" in image.info
    if has_alpha:
        mode = "RGBA"
    elif grey_stays and image.mode in ("1", "L"):
        mode = "L"
    else:
        mode = "RGB"
    return Raster.from_array(np.asarray(image.convert(mode)))


def _grey_8(image: Image.Image) -> Image.Image:
    """16 bits of grey to 8, rounded; Pillow's own conversion clips at 255."""
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray(np.clip((values + 128) // 257, 0, 255).astype(np.uint8))
