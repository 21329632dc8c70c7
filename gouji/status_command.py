"""``gouji status``: prints what a run says of itself."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .status import EVERY, describe, read_status


def show(out: Path, *, as_json: bool, follow: bool, wait: Callable[[float], None] = time.sleep) -> None:
    """Print the status; with ``follow`` whenever it has changed, until the run is over.

    Raises ``UnreadableFile`` when no run has been there.
    """
    last = ""
    while True:
        status = _read(out, wait)
        text = json.dumps(status, ensure_ascii=False) if as_json else describe(status)
        if text != last:
            print(text, flush=True)
            last = text
        if not follow or status["state"] != "running":
            return
        wait(EVERY)


def _read(out: Path, wait: Callable[[float], None]) -> dict[str, Any]:
    """The status. A run elsewhere that seems to be gone is looked at twice: the clocks may differ."""
    status = read_status(out)
    if status["state"] == "killed" and status["run"]["host"] != socket.gethostname():
        wait(2 * EVERY)
        later = read_status(out, now=status["updated"])
        return later if later["sequence"] != status["sequence"] else status
    return status
