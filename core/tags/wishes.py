"""What a panel's words want otherwise than its character is: no drift of the drawing.

Asked for in a swimsuit she is drawn in one, while her references wear a uniform: to compare those
clothes would only tell the artist what the artist wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.consistency.scores import CLOTHES, PartName
from core.dataset.taxonomy import Taxonomy
from core.document import Document, Figure, Panel
from core.tags.spans import spans

# Group of the taxonomy -> the parts whose colours its tags change.
PARTS_OF_GROUPS: Mapping[str, tuple[PartName, ...]] = {
    "hair.colour": ("hair",),
    "hair.colouring": ("hair",),
    "head.hat": ("hair",),
    "head.headwear": ("hair",),
    "body.skin": ("skin",),
    "torso.top": ("top",),
    "outfit.dress": CLOTHES,
    "outfit.uniform": CLOTHES,
    "outfit.japanese": CLOTHES,
    "outfit.whole": CLOTHES,
    "legs.skirt": ("bottom",),
    "legs.pants": ("bottom", "legwear"),
    "legs.legwear": ("legwear",),
    "feet.bare": ("legwear",),
}


def wished_parts(
    document: Document, panel: Panel, figure: Figure, taxonomy: Taxonomy
) -> frozenset[PartName]:
    """The parts of a figure that the words of its panel, or of a region edit of the character,
    name otherwise than the character's own tags do.

    Words of a panel are for all its figures. Words that the taxonomy does not know ask for nothing.
    """
    prompts = [panel.prompt]
    for edit in panel.region_edits:
        if edit.visible and edit.drawing is not None and edit.character_id == figure.character_id:
            prompts.append(edit.prompt)
    own = _canonical(document.character(figure.character_id).tags, taxonomy)
    asked = _canonical((span.text for prompt in prompts for span in spans(prompt)), taxonomy)
    groups = {asked[tag] for tag in asked.keys() - own.keys()}
    return frozenset(part for group in groups for part in PARTS_OF_GROUPS.get(group, ()))


def _canonical(tags: Iterable[str], taxonomy: Taxonomy) -> dict[str, str]:
    """Canonical tag -> its group."""
    places = [place for place in map(taxonomy.place, tags) if place is not None]
    return {place.tag: taxonomy.groups[place.group].name for place in places}
