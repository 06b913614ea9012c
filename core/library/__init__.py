"""The character library: characters kept on disk for use in many projects."""

from core.library.library import CharacterLibrary, Listing

__all__ = ["CharacterLibrary", "Listing"]
