"""The procedural characters that Koma's own model is trained and measured on."""

from core.synthetic.brush import Part
from core.synthetic.character import (
    CharacterSpec,
    Split,
    character_for,
    generator,
    sample_character,
)
from core.synthetic.draw import Drawing, Shot, draw, reference_shot, sample_shot, vocabulary

__all__ = [
    "CharacterSpec",
    "Drawing",
    "Part",
    "Shot",
    "Split",
    "character_for",
    "draw",
    "generator",
    "reference_shot",
    "sample_character",
    "sample_shot",
    "vocabulary",
]
