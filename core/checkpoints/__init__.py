"""Models on disk: what a file or folder is (`catalogue`), and its networks (`loading`, `lora`).

The catalogue reads headers and JSON only; torch is imported by the functions that load weights.
"""
