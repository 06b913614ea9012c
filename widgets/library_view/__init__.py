"""The cast: the dock of its cards and the dialog for one character."""

from widgets.library_view.character_editor import CharacterEditor
from widgets.library_view.library_view import LibraryView
from widgets.library_view.thumbnails import Thumbnails

__all__ = ["CharacterEditor", "LibraryView", "Thumbnails"]
