"""What building an index used for a moment goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Tells the C library to return what is free; where it is not GNU's nothing is done."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
