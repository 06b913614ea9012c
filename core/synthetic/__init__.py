"""The procedural characters that Koma's own model is trained and measured on.

Names here are the first edition's, which koma-toon was trained on; `SECOND` is the world of the
benchmark (docs/synthetic-world.md).
"""

from core.synthetic.brush import Part
from core.synthetic.drawing import Drawing, GroupDrawing, SeenDrawing
from core.synthetic.edition import EDITIONS, FIRST, SECOND, Edition
from core.synthetic.first.character import CharacterSpec, character_for, sample_character
from core.synthetic.first.draw import Shot, draw, reference_shot, sample_shot, vocabulary
from core.synthetic.second.draw import draw_group
from core.synthetic.second.group import sample_group_shot
from core.synthetic.second.seeds import HeldOut, TrainingSource, held_out_pairs
from core.synthetic.split import Split, generator

__all__ = [
    "EDITIONS",
    "FIRST",
    "SECOND",
    "CharacterSpec",
    "Drawing",
    "Edition",
    "GroupDrawing",
    "HeldOut",
    "Part",
    "SeenDrawing",
    "Shot",
    "Split",
    "TrainingSource",
    "character_for",
    "draw",
    "draw_group",
    "generator",
    "held_out_pairs",
    "reference_shot",
    "sample_character",
    "sample_group_shot",
    "sample_shot",
    "vocabulary",
]
