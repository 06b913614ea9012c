"""The core's sentences in the artist's language.

The core speaks English and knows no Qt, so its sentences are repeated here for the translators; a
test compares each with those in the core. They are found by their words and not by
`KomaError.code`: an error that is passed on keeps its code but gets words around it ("Page 2,
panel 3: ..."), and few codes stand for one sentence only. `{name}` and the like stand for any
text, which is kept as it is; `{error}` is a sentence again. What is not listed stays English:
sentences about values that the window never sets, and those whose gaps the core fills with English
words.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.errors import KomaError

CONTEXT = "ErrorText"
_NOOP = (
    # files
    QT_TRANSLATE_NOOP("ErrorText", "There is no file {name}."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} cannot be read."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} cannot be used: {error}"),
    QT_TRANSLATE_NOOP("ErrorText", "{name} cannot be opened: you have no permission to read it."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} was saved by a newer Koma. Update Koma to open it."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not a Koma file."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not a Koma project."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is damaged or not a Koma file. Try its .bak file."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is damaged: its contents are not JSON. Try its .bak file."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is damaged: it cannot be brought up to date. Try its .bak file."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is damaged: it has a wrong value{where}. Try its .bak file."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The picture {picture} in {name} is damaged. Try its .bak file."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} would be too large. Split it into two."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} would unpack to more than 4 GB."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} was not saved: {error}"),
    QT_TRANSLATE_NOOP("ErrorText", "the disk is full. Free some space and try again."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "writing is not allowed there, or the file is open in another program. Close it or "
        "choose another folder.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "this disk is read-only. Choose another one."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "its folder does not exist. Create the folder or choose another one."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "your share of the disk is used up. Free some space and try again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "the file is too large for this disk. Choose a lower resolution or another disk.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "a folder of this name is in the way. Choose another name."),
    QT_TRANSLATE_NOOP("ErrorText", "a file has the name of its folder. Choose another folder."),
    QT_TRANSLATE_NOOP("ErrorText", "the name is too long. Choose a shorter one."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "the name has characters that this disk cannot store. Choose another name."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "the disk reports a fault. Try another folder."),
    QT_TRANSLATE_NOOP("ErrorText", "The folder {name} cannot be written. Choose another one."),
    QT_TRANSLATE_NOOP("ErrorText", "The project has no pages. Add one first."),
    QT_TRANSLATE_NOOP("ErrorText", "These pages are not there any more. Choose others."),
    QT_TRANSLATE_NOOP("ErrorText", "The page would have no pixels. Choose a higher resolution."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The page would be {width} x {height} px, more than any picture file holds. Choose a "
        "lower resolution.",
    ),
    # pictures and masks
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is not a picture that Koma can read. Use PNG, JPEG or WebP."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is damaged or cut short. Save it again or choose another picture."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is empty."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is too large{size}. Scale it down to at most 64 million pixels."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is larger than 512 MB. Choose a smaller picture."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "A picture with floating-point values has no place here. Save it as PNG."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "The picture {name}.png{what} is missing from the project."),
    QT_TRANSLATE_NOOP("ErrorText", "The picture {name}.png was changed."),
    QT_TRANSLATE_NOOP("ErrorText", "The mask is empty. Paint the area that it should cover."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The mask of this reference has another size than the picture. Make the mask again.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "This reference is not a colour picture. Choose another picture."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The mask and the picture differ in size. Make the mask again from this picture.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "No figure was found in this picture. Draw a box around it or paint the mask.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "No figure was found in this picture. Choose a picture that shows the whole character, "
        "or place the joints by hand.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "A point lies outside the picture. Set it on the picture."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The box is empty or outside the picture. Draw it around the figure."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is not enough memory for SAM 3. Close other programs, or use the built-in "
        "segmenter.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "SAM 3 needs the package torchvision, which is not installed. Install it, or draw a box "
        "around the figure and use the built-in segmenter.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The SAM 3 files are missing, damaged or incomplete. Download them again into one "
        "folder, or use the built-in segmenter.",
    ),
    # pages, panels, figures
    QT_TRANSLATE_NOOP("ErrorText", "Page {page}, panel {panel}: {error}"),
    QT_TRANSLATE_NOOP("ErrorText", "A panel corner lies nowhere on the page."),
    QT_TRANSLATE_NOOP("ErrorText", "A panel has 3 to {count} corners."),
    QT_TRANSLATE_NOOP("ErrorText", "The panel's outline crosses itself. Move a corner."),
    QT_TRANSLATE_NOOP("ErrorText", "The panel has no area. Give it at least 1 mm²."),
    QT_TRANSLATE_NOOP("ErrorText", "A panel would lose its area. Move the edge less far."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "A panel without width or height cannot be drawn. Give it an area."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "Draw the cut as a line across the panel."),
    QT_TRANSLATE_NOOP("ErrorText", "The cut must go through the panel exactly once."),
    QT_TRANSLATE_NOOP("ErrorText", "The margins leave no room on the page. Make them smaller."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The page has {filled} panels with something in them, the layout has room for {room}. "
        "Choose a larger layout or remove panels first.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "Give the character a name."),
    QT_TRANSLATE_NOOP("ErrorText", "A keypoint of the pose lies nowhere on the page."),
    QT_TRANSLATE_NOOP("ErrorText", "The figure shows no keypoint; show at least one."),
    QT_TRANSLATE_NOOP("ErrorText", "The pose shows no keypoint; place at least one."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no room for the figure; make the panel larger."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The skeleton shows no limb; place at least neck, shoulders and hips."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The file is not readable as OpenPose JSON; export the pose again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        'The file has no list "people", so it is not OpenPose JSON; choose another.',
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} shows no figure. Choose another pose file."),
    # drawing
    QT_TRANSLATE_NOOP("ErrorText", "The render was stopped."),
    QT_TRANSLATE_NOOP("ErrorText", "What lies below this region could not be drawn.{error}"),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is not enough memory to draw this panel; choose a smaller generation size or "
        "model, or close other programs.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is not enough memory to finish this panel; choose a smaller generation size or "
        "close other programs.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The panel could not be drawn because of a fault in Koma; try again, and report it with "
        "the log if it happens again.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The model's numbers overflowed and left no picture; lower the guidance scale or the "
        "LoRA strength, or let the engine draw in float32.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This model draws sides that are a multiple of {multiple} px, not {width} x {height} px; "
        "choose another generation size.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The LoRA file {name} is not there any more. Choose it again or remove it.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is no LoRA file. Choose a LoRA file."),
    # what the engine left out
    QT_TRANSLATE_NOOP(
        "ErrorText", "The prompt is longer than this model reads; its last words were left out."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "This model has no adapter for references; they were not used."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "This model has no pose controller; the pose was not used. Choose one."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The mask of reference {number} reaches no part of it; all of it was used."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "Memory was short: {count} panels were drawn at once."),
    QT_TRANSLATE_NOOP("ErrorText", "Memory was short: the pictures were decoded one by one."),
    QT_TRANSLATE_NOOP("ErrorText", "Memory was short: the pictures were decoded in tiles."),
    # models
    QT_TRANSLATE_NOOP("ErrorText", "Choose a model."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no folder {name}. Choose the folder with the models."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no model at {name}. Choose a model file or folder."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is no model “{name}”. Choose one of these: {known}; or give the path of a model "
        "file or folder.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{name} is not a model file. Choose a .safetensors file or a model folder.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is no base model. Choose a base model to draw with."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "Koma does not know this kind of model file. Choose a Stable Diffusion 1.5 model, a "
        "LoRA, a ControlNet or an adapter.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This is a Stable Diffusion XL or 2 model, with which Koma cannot draw. Choose one of "
        "the Stable Diffusion 1.5 class.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "With the model {name} Koma cannot draw. Choose one of the Stable Diffusion 1.5 class.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The folder {name} holds no model that Koma knows. Choose a folder with a "
        "model_index.json, or a .safetensors file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This model file is damaged, or of an old kind that could run programs. Choose a "
        ".safetensors file instead.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This adapter was made for another kind of base model. Choose another adapter.",
    ),
    # settings
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The settings file {name} cannot be read. Mend it, or delete it to begin anew.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The settings file {name} is of a newer Koma. Update Koma, or delete the file.",
    ),
)
SENTENCES = tuple(str(sentence) for sentence in _NOOP)
_GAP = re.compile(r"\\\{(\w+)\\\}")  # a placeholder, after re.escape


def error_text(error: KomaError) -> str:
    """What the artist reads: one line, translated where it is known, else as the core says it."""
    return translated(" ".join(str(error).split()))


def translated(sentence: str) -> str:
    """The sentence in the language of the application; English where it is not known."""
    for source, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        text = QCoreApplication.translate(CONTEXT, source) if found else source
        if found is None or text == source:
            continue
        gaps = found.groupdict()
        if "error" in gaps:
            gaps["error"] = translated(gaps["error"].strip())
        return text.format(**gaps)
    return sentence


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Frames around other sentences first, then those with the fewest gaps, then the longest."""

    def rank(sentence: str) -> tuple[bool, bool, int, int]:
        return (
            "{error}" not in sentence,
            sentence.startswith("{"),
            sentence.count("{"),
            -len(sentence),
        )

    return tuple(
        (s, re.compile(_GAP.sub(r"(?P<\1>.*?)", re.escape(s)))) for s in sorted(SENTENCES, key=rank)
    )
