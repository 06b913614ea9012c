"""How well a character is kept: measured against the true drawing of the synthetic world."""
