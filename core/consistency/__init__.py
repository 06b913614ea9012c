"""Whether a drawn figure still looks like its character; for artists, not for benchmarks."""
