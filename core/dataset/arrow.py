"""pyarrow's compute functions: made while it is imported, where no type checker sees them."""

from __future__ import annotations

from typing import Any

import pyarrow.compute

compute: Any = pyarrow.compute
