"""The page as a layered Photoshop document (PSD, or PSB where it is too large for PSD).

The records are built with psd-tools' own structures and not with its `PSDImage`: that would
composite the whole page a second time when saving (half a minute and gigabytes at print size), turn
a layer's alpha into a mask, and write groups with masks that nothing can read back.

Source: Adobe Photoshop File Formats Specification, November 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.export.icc import srgb_profile
from core.export.layers import Layer, LayeredPage, LayerGroup, Node
from core.files import write_atomically

if TYPE_CHECKING:
    from psd_tools.psd.document import PSD
    from psd_tools.psd.image_data import ImageData
    from psd_tools.psd.image_resources import ImageResources
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelInfo, LayerInfo, LayerRecord
    from psd_tools.psd.tagged_blocks import TaggedBlocks

MAX_PSD_SIDE_PX = 30_000
MAX_PSD_BYTES = 2 * 10**9  # readers use signed 32-bit lengths
_PSD, _PSB = 1, 2
_BLENDS = {"normal": b"norm", "multiply": b"mul ", "screen": b"scrn"}
_COLOUR_CHANNELS = (-1, 0, 1, 2)  # transparency, red, green, blue
_MASK_CHANNEL = -2
_PIXELS_PER_INCH, _CENTIMETRES = 1, 2


@dataclass(frozen=True)
class _Record:
    """One entry of the flat list that a PSD keeps instead of a tree."""

    record: LayerRecord
    channels: list[ChannelData]


def write_psd(page: LayeredPage, path: Path) -> Path:
    """Write groups, masks, layers and the merged picture.

    Groups are cut by group masks, as Photoshop ignores the clipping of folders. The merged
    picture is `page.merged`, byte for byte, in three channels.

    Returns the path written: a page with a side above 30,000 px, or that fills more than 2 GB,
    is a PSB by the format's rules, and a name ending in .psd then gets the ending .psb. Raises
    StorageFailed where the disk does not take the file; an older file is then still there.
    """
    version = _PSB if max(page.width, page.height) > MAX_PSD_SIDE_PX else _PSD
    document = _document(page, version)
    if version == _PSD and _size(document) > MAX_PSD_BYTES:
        version = _PSB
        document = _document(page, version)
    if version == _PSB and path.suffix.lower() == ".psd":
        path = path.with_suffix(".psb")

    def write(file: BinaryIO) -> None:
        document.write(file)

    write_atomically(path, write, make_folder=False)
    return path


def _document(page: LayeredPage, version: int) -> PSD:
    from psd_tools.constants import ColorMode
    from psd_tools.psd.document import PSD
    from psd_tools.psd.header import FileHeader
    from psd_tools.psd.layer_and_mask import LayerAndMaskInformation

    header = FileHeader(
        version=version,
        channels=3,
        height=page.height,
        width=page.width,
        depth=8,
        color_mode=ColorMode.RGB,
    )
    return PSD(
        header=header,
        image_resources=_resources(page.dpi),
        layer_and_mask_information=LayerAndMaskInformation(_layer_info(page, version)),
        image_data=_merged(page, version),
    )


def _size(document: PSD) -> int:
    """Bytes of the compressed planes; what stands around them is small."""
    info = document.layer_and_mask_information.layer_info
    assert info is not None
    layers = sum(len(c.data) for channels in info.channel_image_data for c in channels)
    return layers + len(document.image_data.data)


def _resources(dpi: float) -> ImageResources:
    from psd_tools.constants import Resource
    from psd_tools.psd.image_resources import (
        ImageResource,
        ImageResources,
        ResoulutionInfo,
        VersionInfo,
    )

    fixed_point = round(dpi * 65536)
    values = {
        Resource.RESOLUTION_INFO: ResoulutionInfo(
            fixed_point, _PIXELS_PER_INCH, _CENTIMETRES, fixed_point, _PIXELS_PER_INCH, _CENTIMETRES
        ).tobytes(),
        Resource.ICC_PROFILE: srgb_profile(),
        Resource.VERSION_INFO: VersionInfo(
            has_composite=True, writer="Koma", reader="Koma"
        ).tobytes(),
    }
    return ImageResources(
        [(key, ImageResource(key=key, data=data)) for key, data in values.items()]
    )


def _layer_info(page: LayeredPage, version: int) -> LayerInfo:
    from psd_tools.psd.layer_and_mask import (
        ChannelDataList,
        ChannelImageData,
        LayerInfo,
        LayerRecords,
    )

    records = list(_records(page.root, version))
    return LayerInfo(
        # A negative count would say that the merged picture has an alpha channel.
        layer_count=len(records),
        layer_records=LayerRecords([r.record for r in records]),
        channel_image_data=ChannelImageData([ChannelDataList(r.channels) for r in records]),
    )


def _records(nodes: tuple[Node, ...], version: int) -> Iterator[_Record]:
    """Bottom to top: a group is its end marker, its children, then the group itself."""
    for node in nodes:
        if isinstance(node, Layer):
            yield _layer(node, version)
        else:
            yield _group_end()
            yield from _records(node.children, version)
            yield _group(node, version)


def _layer(layer: Layer, version: int) -> _Record:
    from psd_tools.constants import BlendMode
    from psd_tools.psd.layer_and_mask import LayerFlags, LayerRecord

    planes = {-1: layer.image[..., 3], **{c: layer.image[..., c] for c in range(3)}}
    channels = {c: _channel(planes[c], version) for c in _COLOUR_CHANNELS}
    record = LayerRecord(
        left=layer.left,
        top=layer.top,
        right=layer.left + layer.width,
        bottom=layer.top + layer.height,
        channel_info=_channel_info(channels),
        blend_mode=BlendMode(_BLENDS[layer.blend]),
        opacity=round(layer.opacity * 255),
        flags=LayerFlags(visible=layer.visible),
        name=_ascii(layer.name),
        tagged_blocks=_tags(layer.name),
    )
    return _Record(record, list(channels.values()))


def _group(group: LayerGroup, version: int) -> _Record:
    from psd_tools.constants import SectionDivider
    from psd_tools.psd.layer_and_mask import LayerFlags, LayerRecord, MaskData

    channels = _no_pixels()
    mask_data = None
    mask = group.mask
    if mask is not None:
        channels[_MASK_CHANNEL] = _channel(mask.image, version)
        mask_data = MaskData(
            left=mask.left,
            top=mask.top,
            right=mask.left + mask.width,
            bottom=mask.top + mask.height,
            background_color=0,
        )
    record = LayerRecord(
        channel_info=_channel_info(channels),
        mask_data=mask_data,
        flags=LayerFlags(visible=group.visible),
        name=_ascii(group.name),
        tagged_blocks=_tags(group.name, SectionDivider.OPEN_FOLDER),
    )
    return _Record(record, list(channels.values()))


def _group_end() -> _Record:
    from psd_tools.constants import SectionDivider
    from psd_tools.psd.layer_and_mask import LayerRecord

    name = "</Layer group>"
    channels = _no_pixels()
    record = LayerRecord(
        channel_info=_channel_info(channels),
        name=name,
        tagged_blocks=_tags(name, SectionDivider.BOUNDING_SECTION_DIVIDER),
    )
    return _Record(record, list(channels.values()))


def _tags(name: str, divider: int | None = None) -> TaggedBlocks:
    from psd_tools.constants import BlendMode, SectionDivider, Tag
    from psd_tools.psd.tagged_blocks import TaggedBlocks

    tags = TaggedBlocks()
    # A name may come from a file with half a surrogate pair, which UTF-16 has no bytes for.
    tags.set_data(Tag.UNICODE_LAYER_NAME, name.encode("utf-8", "replace").decode("utf-8"))
    if divider is not None:
        # "Normal" composites the group by itself, "pass through" would let layers see the page.
        isolated = None if divider == SectionDivider.BOUNDING_SECTION_DIVIDER else BlendMode.NORMAL
        tags.set_data(Tag.SECTION_DIVIDER_SETTING, kind=divider, blend_mode=isolated)
    return tags


def _ascii(name: str) -> str:
    """The old name field, one byte a letter and 255 at most; readers take the Unicode one."""
    return name.encode("ascii", "replace").decode("ascii")[:255]


def _no_pixels() -> dict[int, ChannelData]:
    """The four empty channels of a group record; Krita does not open groups without them."""
    from psd_tools.psd.layer_and_mask import ChannelData

    return {c: ChannelData() for c in _COLOUR_CHANNELS}


def _channel_info(channels: dict[int, ChannelData]) -> list[ChannelInfo]:
    from psd_tools.constants import ChannelID
    from psd_tools.psd.layer_and_mask import ChannelInfo

    return [ChannelInfo(ChannelID(c), 2 + len(d.data)) for c, d in channels.items()]


def _channel(plane: NDArray[np.uint8], version: int) -> ChannelData:
    from psd_tools.constants import Compression
    from psd_tools.psd.layer_and_mask import ChannelData

    return ChannelData(Compression.RLE, _run_lengths(plane, version))


def _merged(page: LayeredPage, version: int) -> ImageData:
    from psd_tools.constants import Compression
    from psd_tools.psd.image_data import ImageData

    planes = np.concatenate([page.merged[..., c] for c in range(3)])
    return ImageData(Compression.RLE, _run_lengths(planes, version))


def _run_lengths(plane: NDArray[np.uint8], version: int) -> bytes:
    """PackBits, row by row, after a table of the rows' lengths (16 bits in PSD, 32 in PSB)."""
    from psd_tools.compression import Compression, compress

    height, width = plane.shape
    return compress(plane.tobytes(), Compression.RLE, width, height, 8, version)
