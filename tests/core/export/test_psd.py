"""Every PSD is read again, by psd-tools and by Pillow."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Resource

from core.errors import StorageFailed
from core.export import Layer, LayeredPage, LayerGroup, Mask, Node, psd, write_psd


@pytest.fixture
def written(page: LayeredPage, tmp_path: Path) -> Path:
    return write_psd(page, tmp_path / "ページ.psd")


def assert_same(read: object, node: Node) -> None:
    """The layer or group that psd-tools read is the one that was written."""
    assert read.name == node.name
    assert read.visible == node.visible
    if isinstance(node, Layer):
        assert not read.is_group()
        assert (read.left, read.top) == (node.left, node.top)
        assert read.opacity == round(node.opacity * 255)
        assert not read.has_mask()
        assert np.array_equal(np.array(read.topil()), node.image)
        return
    assert read.is_group()
    assert read.blend_mode == BlendMode.NORMAL
    assert read.has_mask() == (node.mask is not None)
    if node.mask is not None:
        assert (read.mask.left, read.mask.top) == (node.mask.left, node.mask.top)
        assert read.mask.background_color == 0
        assert np.array_equal(np.array(read.mask.topil()), node.mask.image)
    for read_child, child in zip(read, node.children, strict=True):
        assert_same(read_child, child)


def test_groups_masks_names_places_and_pixels_survive(page: LayeredPage, written: Path) -> None:
    document = PSDImage.open(written)
    for read, node in zip(document, page.root, strict=True):
        assert_same(read, node)
    assert document[1][3].blend_mode == BlendMode.MULTIPLY


def test_the_merged_picture_is_ours_to_the_byte_in_three_channels(
    page: LayeredPage, written: Path
) -> None:
    document = PSDImage.open(written)
    assert (document.channels, document.version) == (3, 1)
    assert np.array_equal(np.array(document.topil()), page.merged)
    with Image.open(written) as image:
        assert image.mode == "RGB"
        assert np.array_equal(np.array(image), page.merged)


def test_pillow_reads_the_layers_too(page: LayeredPage, written: Path) -> None:
    with Image.open(written) as image:
        boxes = {name: box for name, _, box, _ in image.layers}
    # Pillow knows only the old names, where other letters than ASCII are question marks.
    assert boxes["Art"] == (-2, 19, 38, 23)
    assert boxes["??"] == (0, 0, 31, 23)


def test_resolution_and_profile(written: Path) -> None:
    resources = PSDImage.open(written).image_resources
    resolution = resources.get_data(Resource.RESOLUTION_INFO)
    assert (resolution.horizontal, resolution.vertical) == (350 << 16, 350 << 16)
    assert (resolution.horizontal_unit, resolution.vertical_unit) == (1, 1)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(resources.get_data(Resource.ICC_PROFILE)))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert resources.get_data(Resource.VERSION_INFO).has_composite


def test_group_records_carry_channels_as_krita_needs(written: Path) -> None:
    info = PSDImage.open(written)._record.layer_and_mask_information.layer_info
    assert info.layer_count == 10  # positive: the merged picture has no alpha
    assert all(len(record.channel_info) >= 4 for record in info.layer_records)


def test_equal_pages_give_equal_files(page: LayeredPage, written: Path, tmp_path: Path) -> None:
    assert write_psd(page, tmp_path / "b.psd").read_bytes() == written.read_bytes()


def straight_over(below: np.ndarray, layer: Layer, shape: tuple[int, int]) -> np.ndarray:
    """A second implementation, in floating point: a normal layer over premultiplied RGBA."""
    canvas = np.zeros((*shape, 4))
    canvas[layer.top : layer.top + layer.height, layer.left : layer.left + layer.width] = (
        layer.image / 255
    )
    alpha = canvas[..., 3:] * layer.opacity
    return np.dstack([canvas[..., :3] * alpha, alpha]) + below * (1 - alpha)


def test_masks_cut_as_they_should(tmp_path: Path) -> None:
    """What psd-tools composites from our layers is what the arithmetic says."""
    rng = np.random.default_rng(3)
    shape = (20, 24)
    paper = Layer("Paper", np.full((*shape, 4), 255, np.uint8))
    art = Layer("Art", rng.integers(0, 256, (14, 18, 4), dtype=np.uint8), left=3, top=2)
    edit = Layer("Edit", rng.integers(0, 256, (6, 7, 4), dtype=np.uint8), 8, 5, opacity=0.6)
    mask = Mask(rng.integers(0, 256, (9, 11), dtype=np.uint8), left=6, top=4)
    shown = np.zeros((*shape, 1))
    shown[4:13, 6:17, 0] = mask.image / 255
    group = straight_over(straight_over(np.zeros((*shape, 4)), art, shape), edit, shape) * shown
    expected = 255 * (group[..., :3] + (1 - group[..., 3:]))
    page = LayeredPage(
        24, 20, 72.0, (paper, LayerGroup("Panel", (art, edit), mask)), np.uint8(expected.round())
    )
    document = PSDImage.open(write_psd(page, tmp_path / "a.psd"))
    composited = np.array(document.composite(force=True).convert("RGB")).astype(int)
    assert np.abs(composited - page.merged).max() <= 1


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
sizes = st.tuples(st.integers(1, 5), st.integers(1, 5))
offsets = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    image = np.random.default_rng(draw(st.integers(0, 9))).integers(
        0, 256, (*draw(sizes), 4), dtype=np.uint8
    )
    return Layer(draw(names), image, *draw(offsets), visible=draw(st.booleans()))


def groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[LayerGroup]:
    mask = st.builds(
        lambda size, offset: Mask(np.full(size, 77, np.uint8), *offset), sizes, offsets
    )
    return st.builds(
        LayerGroup,
        names,
        st.lists(children, min_size=1, max_size=3).map(tuple),
        st.none() | mask,
        st.booleans(),
    )


trees = st.lists(st.recursive(layers(), groups, max_leaves=5), max_size=4).map(tuple)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(root=trees)
def test_any_tree_of_layers_survives(root: tuple[Node, ...], tmp_path: Path) -> None:
    page = LayeredPage(8, 6, 300.0, root, np.zeros((6, 8, 3), np.uint8))
    document = PSDImage.open(write_psd(page, tmp_path / "tree.psd"))
    for read, node in zip(document, root, strict=True):
        assert_same(read, node)


def test_half_a_letter_in_a_name_does_not_stop_an_export(tmp_path: Path) -> None:
    layer = Layer("a\ud83d", np.zeros((1, 1, 4), np.uint8))
    page = LayeredPage(1, 1, 300.0, (layer,), np.zeros((1, 1, 3), np.uint8))
    assert PSDImage.open(write_psd(page, tmp_path / "a.psd"))[0].name == "a?"


def tall_page(height: int) -> LayeredPage:
    image = np.random.default_rng(0).integers(0, 256, (height, 3, 4), dtype=np.uint8)
    group = LayerGroup("縦", (Layer("絵", image),), Mask(image[..., 0].copy()))
    return LayeredPage(3, height, 300.0, (group,), image[..., :3].copy())


def test_a_page_above_30000_px_is_a_psb(tmp_path: Path) -> None:
    page = tall_page(30_001)
    path = write_psd(page, tmp_path / "webtoon.psd")
    assert path.name == "webtoon.psb"
    assert [p.name for p in tmp_path.iterdir()] == ["webtoon.psb"]
    document = PSDImage.open(path)
    assert document.version == 2
    group = document[0]
    assert (group.name, group[0].name) == ("縦", "絵")
    # psd-tools decodes such sizes only below its pictures, which it limits to PSD's 30,000 px.
    record = document._record
    merged = np.frombuffer(record.image_data.get_data(record.header, split=False), np.uint8)
    assert np.array_equal(merged.reshape(3, 30_001, 3).transpose(1, 2, 0), page.merged)
    art = next(page.layers()).image
    alpha = group[0]._channels[0].get_data(3, 30_001, 8, version=2)
    assert np.array_equal(np.frombuffer(alpha, np.uint8).reshape(30_001, 3), art[..., 3])
    mask = group._channels[-1].get_data(3, 30_001, 8, version=2)
    assert np.array_equal(np.frombuffer(mask, np.uint8).reshape(30_001, 3), art[..., 0])


def test_a_page_of_30000_px_is_a_psd(tmp_path: Path) -> None:
    path = write_psd(tall_page(30_000), tmp_path / "webtoon.psd")
    assert PSDImage.open(path).version == 1


def test_a_page_that_fills_too_many_bytes_is_a_psb(
    page: LayeredPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psd, "MAX_PSD_BYTES", 1000)  # instead of 2 GB
    path = write_psd(page, tmp_path / "a.psd")
    assert path.suffix == ".psb"
    document = PSDImage.open(path)
    assert document.version == 2
    for read, node in zip(document, page.root, strict=True):
        assert_same(read, node)


def test_a_missing_folder(page: LayeredPage, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"a\.psd was not saved"):
        write_psd(page, tmp_path / "nowhere" / "a.psd")
