"""Help for the fields that tags are typed into: completion, contradictions, “Change only ...”."""

from widgets.prompt.change_button import ChangeButton
from widgets.prompt.completer import TagCompleter
from widgets.prompt.line_warning import LineWarning
from widgets.prompt.tag_help import TagHelp, tag_help
from widgets.prompt.tag_notes import TagNotes

__all__ = [
    "ChangeButton",
    "LineWarning",
    "TagCompleter",
    "TagHelp",
    "TagNotes",
    "tag_help",
]
