"""The scorers of the benchmark: one small network that no picture is drawn with.

`network` is what it is made of, `teaching` trains it on the synthetic world, `files` saves it and
gives it an id, `measuring` turns pictures into scores.
"""
