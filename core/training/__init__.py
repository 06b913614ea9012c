"""Training of koma-toon: `python -m core.training.STAGE --config FILE --out DIR`."""
