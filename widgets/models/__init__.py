"""Qt item models over values: what views show, never what may be changed."""
