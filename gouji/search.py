"""The documents that a run is asked to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forms import UnreadableFile, UsageError
from layout import DocumentSearch, Skipped, find_all_documents

from .output import is_drawn
from .watch import Watcher


def searched(inputs: Sequence[Path], out: Path) -> DocumentSearch:
    """The documents at ``inputs``, without the overlays that runs have drawn in there."""
    try:
        search = find_all_documents(inputs)
    except UnreadableFile as error:
        raise UsageError(str(error)) from error
    drawn = [d for d in search.documents if is_drawn(d.folder, out) and d.folder not in inputs]
    skipped = tuple(Skipped(d.folder, "overlays that a run has drawn") for d in drawn)
    return replace(
        search,
        documents=tuple(d for d in search.documents if d not in drawn),
        skipped=(*search.skipped, *skipped),
    )


def follow(inputs: Sequence[Path], out: Path, *, settle: float = 10.0, poll: float = 5.0) -> Watcher:
    """A ``Watcher`` of ``inputs`` for ``run``."""
    return Watcher(lambda: searched(inputs, out), settle=settle, poll=poll)
