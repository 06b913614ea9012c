"""The merged page as PNG."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from core.export.icc import srgb_profile
from core.export.layers import LayeredPage
from core.files import write_atomically

# zlib's level 6 takes three times as long on a print page for a file a tenth smaller.
_COMPRESS_LEVEL = 3


def write_png(page: LayeredPage, path: Path) -> Path:
    """Write `page.merged` as an 8-bit RGB PNG with its resolution and the sRGB profile.

    Returns `path`. Raises StorageFailed where the disk does not take the file; an older file of
    that name is then still there.
    """
    from PIL import Image

    # The profile goes in as iCCP: layout programs read it, but often ignore the shorter sRGB chunk.
    # Only one of the two may stand in a file (PNG specification, 11.3.3.3).
    picture = Image.fromarray(page.merged)

    def write(file: BinaryIO) -> None:
        picture.save(
            file,
            format="PNG",
            dpi=(page.dpi, page.dpi),
            icc_profile=srgb_profile(),
            compress_level=_COMPRESS_LEVEL,
        )

    write_atomically(path, write, make_folder=False)
    return path
