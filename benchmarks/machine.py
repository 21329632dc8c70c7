"""The machine a figure was measured on, in a line."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def machine() -> str:
    """Processor, cores, memory, system, Python: what a figure of time depends on."""
    parts = [
        _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        f"{os.cpu_count()} cores",
    ]
    kb = _first("/proc/meminfo", "MemTotal").split()
    if kb:
        parts.append(f"{int(kb[0]) / 1024 / 1024:.0f} GB")
    return ", ".join([*parts, platform.system(), f"Python {platform.python_version()}"])


def _first(file: str, name: str) -> str:
    """The value of the first line ``name : value`` of a /proc file; "" where there is none."""
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
