"""References are drawn in the shapes that suit the model."""

from pathlib import Path

import pytest

from core.checkpoints.catalogue import ModelInfo
from core.dataset.card import SetFacts, card_text
from core.dataset.plan import PlanAbout
from core.dataset.sizes import reference_sizes

KINDS = ("full_body", "original", "portrait", "upper_body")
XL = ModelInfo("xl", Path("xl"), "base_file", "XL", native_px=1024, family="sdxl")
TOON = ModelInfo("toon", Path("toon"), "base_folder", "Toon", native_px=320)


def test_sdxl_draws_a_whole_figure_tall() -> None:
    sizes = reference_sizes(KINDS, XL, None, None)
    assert sizes["original"] == sizes["full_body"] == (832, 1216)
    assert sizes["portrait"] == (1024, 1024) and sizes["upper_body"] == (896, 1152)
    for width, height in sizes.values():
        assert width % 64 == height % 64 == 0 and abs(width * height / 1024**2 - 1) < 0.04


@pytest.mark.parametrize(
    ("model", "asked", "wanted"),
    [
        (TOON, (None, None), (320, 320)),
        (XL, (768, None), (768, 768)),
        (XL, (None, 512), (512, 512)),
        (TOON, (256, 384), (256, 384)),
    ],
)
def test_what_is_asked_for_wins(
    model: ModelInfo, asked: tuple[int | None, int | None], wanted: tuple[int, int]
) -> None:
    assert set(reference_sizes(KINDS, model, *asked).values()) == {wanted}


def test_the_card_says_the_sizes() -> None:
    def card(sizes: dict[str, tuple[int, int]]) -> str:
        plan = PlanAbout("evaluation", 0, 1, "", ("g",), 1, 1, 1)
        facts = SetFacts(
            plan, "XL", "d" * 64, sizes, 28, 5.0, "Koma", "", 1, {}, 0, 0, {}, ["set-00000.tar"]
        )
        return card_text(facts)

    assert "| 64x80 px, 28, 5 |" in card({"original": (64, 80)})
    both = card({"full_body": (64, 80), "original": (64, 80), "portrait": (64, 64)})
    assert "64x80 px (full body, original); 64x64 px (portrait), 28, 5" in both
