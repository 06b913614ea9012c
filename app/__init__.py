"""The application: the only place that knows files, the engine and what the artist asked for."""

__version__ = "0.1.0"
