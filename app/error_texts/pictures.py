"""What the core says of pictures and of figures in them; see `app.error_texts`."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES = (
    # pictures and masks
    QT_TRANSLATE_NOOP(
        "ErrorText", "{what} is not a picture that Koma can read. Use PNG, JPEG or WebP."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{what} is damaged or cut short. Save it again or choose another picture."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{what} is empty."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{what} is too large{size}. Scale it down to at most 64 million pixels."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is larger than 512 MB. Choose a smaller picture."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "A picture with floating-point values has no place here. Save it as PNG."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "The picture {name}.png{use} is missing from the project."),
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
    QT_TRANSLATE_NOOP("ErrorText", "A mask is a grey picture."),
    QT_TRANSLATE_NOOP("ErrorText", "The mask {name} is empty. Paint the character white in it."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The mask is {mask_width} x {mask_height} px and the picture {width} x {height} px. Give "
        "a mask of the picture's size.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "The reference is not a colour picture; convert it to RGB."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The subject mask has another size than its reference; mark it again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The subject mask is empty; mark the character in the reference."
    ),
    # finding figures
    QT_TRANSLATE_NOOP(
        "ErrorText", "No figure was found in this picture. Draw a box around it or paint the mask."
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
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "Finding things by words needs the SAM 3 model. Draw a box around the figure or paint "
        "the mask instead.",
    ),
    QT_TRANSLATE_NOOP("ErrorText", "Finding the figure was stopped."),
    QT_TRANSLATE_NOOP("ErrorText", "One of the strokes is empty. Paint it again."),
    QT_TRANSLATE_NOOP("ErrorText", "A mark has no valid place. Set it again."),
    QT_TRANSLATE_NOOP("ErrorText", "The box has no valid place. Draw it again."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The files of the keypoint detector are missing or damaged. Install the model again.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The keypoint detector could not be saved. Check that the disk has room and can be "
        "written to.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The OpenPose weights ({file}) are missing or damaged. Choose the folder that holds the "
        "annotator files, or use Koma's own detector.",
    ),
)
