"""The window: its parts put together, and one controller for each thing an artist does in it."""
