"""What a process holds, and what it may: resident memory from /proc, a limit on data where the system has one."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
LEAST = 256 << 20
"""Bytes: less than this no reading process can do with."""
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Bytes in "2GB", "1.5 GiB", "800M"; a thousand is 1024. Raises ``ValueError`` for what is none."""
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no amount of memory; write for example 2GB or 800MB.")
    return int(float(match[1]) * UNITS[match[2].lower()])


def resident(process: int) -> int:
    """Bytes of memory that the process holds; 0 where there is no /proc or no such process any more."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def limit_data(limit: int) -> None:
    """From here on this process may hold ``limit`` bytes, and as much address space beside as it has by now.

    An allocation beyond that fails with ``MemoryError`` instead of driving the machine into swapping. Where the system
    knows no such limit (not Linux), the parent's watch on resident memory is the only one.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        status = Path("/proc/self/status").read_text()
        held = int(re.search(r"^VmData:\s*(\d+) kB", status, re.MULTILINE)[1]) << 10  # type: ignore[index]
        spare = max(0, held - resident(os.getpid()))
        resource.setrlimit(resource.RLIMIT_DATA, (limit + spare, resource.getrlimit(resource.RLIMIT_DATA)[1]))
