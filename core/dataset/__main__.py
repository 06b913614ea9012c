"""`python -m core.dataset COMMAND`: filter, prompts, images and more; see docs/dataset.md."""

from __future__ import annotations

from core.dataset.command_line import main

if __name__ == "__main__":
    main()
