"""The second edition: figures with depth, seen from all sides. The benchmark's world."""
