"""``gouji status``: prints what a run says of itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from .status import EVERY, describe, read_status


def show(out: Path, *, as_json: bool, follow: bool, wait: Callable[[float], None] = time.sleep) -> None:
    """Print the status; with ``follow`` whenever it has changed, until the run is over.

    Raises ``UnreadableFile`` when no run has been there.
    """
    last = ""
    while True:
        status = read_status(out)
        text = json.dumps(status, ensure_ascii=False) if as_json else describe(status)
        if text != last:
            print(text, flush=True)
            last = text
        if not follow or status["state"] != "running":
            return
        wait(EVERY)
