"""The colour profile that says what our numbers mean: sRGB."""

from __future__ import annotations

from functools import cache

# ICC.1:2010, 7.2: bytes 24 to 35 of the header are the date of creation.
_DATE = slice(24, 36)
_FIXED_DATE = bytes.fromhex("07d0 0001 0001 0000 0000 0000".replace(" ", ""))  # 2000-01-01


@cache
def srgb_profile() -> bytes:
    """An ICC profile of sRGB. Dated 2000-01-01, so that equal pages give equal files."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[_DATE] = _FIXED_DATE
    return bytes(data)
