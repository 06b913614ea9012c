"""Koma's core: document, pose, adapters, engine and export. Knows nothing of Qt."""
