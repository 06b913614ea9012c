"""What the core says of pages, values and poses; see `app.error_texts`."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES = (
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
    QT_TRANSLATE_NOOP("ErrorText", "There is no {what} {id} here."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no page {id} in this project."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no panel {id} in this project."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no character {id} in this project."),
    QT_TRANSLATE_NOOP("ErrorText", "The panel has no figure {id}."),
    QT_TRANSLATE_NOOP("ErrorText", "The panel has no region edit {id}."),
    QT_TRANSLATE_NOOP("ErrorText", "The panel has no edge {number}."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} has no reference {id}."),
    QT_TRANSLATE_NOOP("ErrorText", "{id} is used in a panel but is not there."),
    QT_TRANSLATE_NOOP("ErrorText", "The id {id} is there twice."),
    QT_TRANSLATE_NOOP("ErrorText", "The id {id} is there already."),
    QT_TRANSLATE_NOOP("ErrorText", "{id} is not an id that Koma gives."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no such place in the order."),
    QT_TRANSLATE_NOOP("ErrorText", "The layout {name} cannot be read."),
    QT_TRANSLATE_NOOP("ErrorText", "The layout {name} is not a Koma layout file."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The layout {name} has panels outside the page or without area."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "There is no layout “{name}”. Choose one of these: {known}."),
    QT_TRANSLATE_NOOP("ErrorText", "The image size must be at least {size} px."),
    # values
    QT_TRANSLATE_NOOP("ErrorText", "{what} must be from {low} to {high}."),
    QT_TRANSLATE_NOOP("ErrorText", "{what} must be a whole number from {low} to {high}."),
    QT_TRANSLATE_NOOP("ErrorText", "{what} must be one of {choices}."),
    QT_TRANSLATE_NOOP("ErrorText", "{what} is longer than {limit} characters. Shorten it."),
    QT_TRANSLATE_NOOP("ErrorText", "{what} holds characters that cannot be saved."),
    QT_TRANSLATE_NOOP("ErrorText", "There can be at most {limit} {what}."),
    QT_TRANSLATE_NOOP("ErrorText", "{what} has no picture."),
    QT_TRANSLATE_NOOP("ErrorText", "A border colour is written like #1a2b3c."),
    # poses
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
        "ErrorText", 'The file has no list "people", so it is not OpenPose JSON; choose another.'
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} shows no figure. Choose another pose file."),
    QT_TRANSLATE_NOOP("ErrorText", "A pose has 21 keypoints a hand and 68 or 70 in the face."),
    QT_TRANSLATE_NOOP("ErrorText", "A pose has no keypoint {number}."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The OpenPose file is larger than 16 MB; export one frame only."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The OpenPose file has {value} for a number; export the pose again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The OpenPose file has an impossible canvas size; export it again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", '"people" in the OpenPose file is not a list of people; export it again.'
    ),
    QT_TRANSLATE_NOOP("ErrorText", "The OpenPose file has more than {count} people; remove some."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The {part} in the OpenPose file is not a list of numbers; export it again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The {part} in the OpenPose file has {found} keypoints; {allowed} are needed, each as x, "
        "y, confidence.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The OpenPose file has text where a number belongs; export it again."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The OpenPose file has an endless or huge number; export it again."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} shows {count} figures. Give a file that shows one."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There are {count} figures and poses for {shown}. Give a pose for each figure, or one "
        "file that shows them all.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is no pose file {path}, and no preset of that name. The presets are: {presets}.",
    ),
)
