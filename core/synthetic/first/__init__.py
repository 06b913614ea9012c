"""The first edition: figures seen from the front, the world that koma-toon was trained on.

Its pixels are part of published numbers: `tests/core/synthetic/test_first_edition.py` pins them.
"""
