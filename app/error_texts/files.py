"""What the core and the commands say of files, the library and settings; see `app.error_texts`."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES = (
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
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not a Koma file: it has no {missing}."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} holds more than {count} files."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} holds {path} twice."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not safe: it holds the path {path}."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not safe: {path} is a link."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not safe: {path} is too large."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is packed in a way that Koma does not read."),
    QT_TRANSLATE_NOOP("ErrorText", "{name}.png cannot be read."),
    QT_TRANSLATE_NOOP("ErrorText", "The resolution must be between 1 and {limit} dpi."),
    QT_TRANSLATE_NOOP("ErrorText", "The project has the pages 1 to {last}, not {page}."),
    QT_TRANSLATE_NOOP("ErrorText", "“{text}” names no pages. Write them like 1-3 or 2,5."),
    QT_TRANSLATE_NOOP("ErrorText", "Koma writes pages as png and psd, not as {kind}."),
    # library
    QT_TRANSLATE_NOOP("ErrorText", "{name} is not a Koma character."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} was saved by a newer Koma. Update Koma to use it."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} holds another character: {id}."),
    QT_TRANSLATE_NOOP("ErrorText", "The library has no character {id}."),
    QT_TRANSLATE_NOOP("ErrorText", "{name} cannot be removed: the folder is read-only."),
    # settings
    QT_TRANSLATE_NOOP(
        "ErrorText", "The settings file {name} cannot be read. Mend it, or delete it to begin anew."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "The settings file {name} is of a newer Koma. Update Koma, or delete the file."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "There is no setting {name}."),
    QT_TRANSLATE_NOOP("ErrorText", "The setting {name} cannot have that value."),
)
