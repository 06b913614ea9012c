"""What the core says of drawing; see `app.error_texts`."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES = (
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
        "ErrorText", "The LoRA file {name} is not there any more. Choose it again or remove it."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is no LoRA file. Choose a LoRA file."),
    QT_TRANSLATE_NOOP("ErrorText", "{name}: {error}"),
    QT_TRANSLATE_NOOP("ErrorText", "{what} is not drawn yet. Render it first, then this region."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "A panel is drawn at {low} to {high} px a side, not at {width} x {height} px; choose "
        "another generation size.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "A render takes 1 to {limit} steps, not {steps}; change the steps."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The seed must be a whole number from 0 to {limit}; choose another seed."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The {what} must be a number from {low} to {high}, not {value}; change it."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "Reference {number} is not a colour picture; choose another picture."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The mask of reference {number} does not fit its picture; make the mask again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{what} has {found} channels where {channels} are needed; make it again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{what} is {own_width} x {own_height} px and the panel is drawn at {width} x {height} "
        "px; make it again.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The soft edge of a region is 0 to {limit} px wide, not {value}."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The strength of a region edit is above 0 and at most 1, not {value}."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "The region to redraw is empty; paint over what shall change."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The region to redraw has {found} px and needs at least {needed}; paint more."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The adapters and their digests do not fit; plan the panel again."
    ),
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
)
