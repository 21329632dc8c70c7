"""``--watch``: documents of a folder that still fills, each once its files rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from layout import Document, DocumentSearch

from .inputs import InputFile, sizes_and_times


@dataclass(slots=True)
class Watcher:
    """Tells of every document once its files have had the same names, sizes and times for ``settle`` seconds.

    A document that changes afterwards (a page more) is told of again. ``search`` looks at the folders; it is asked
    every ``poll`` seconds of ``clock``.
    """

    search: Callable[[], DocumentSearch]
    settle: float = 10.0
    poll: float = 5.0
    clock: Callable[[], float] = time.monotonic
    last: DocumentSearch | None = None
    _seen: dict[str, tuple[Sequence[InputFile], float]] = field(default_factory=dict)
    _told: dict[str, Sequence[InputFile]] = field(default_factory=dict)
    _due: float = float("-inf")

    def documents(self) -> Iterator[Document | None]:
        """Without end: a document that is ready, or ``None`` when there is none for the moment."""
        while True:
            ready = self._look() if self.clock() >= self._due else []
            yield from ready
            if not ready:
                yield None

    def _look(self) -> list[Document]:
        now = self.clock()
        self._due = now + self.poll
        self.last = self.search()
        ready = []
        for document in self.last.documents:
            key, files = _key(document), sizes_and_times(document)
            before = self._seen.get(key)
            if before is None or before[0] != files:
                self._seen[key] = (files, now)
            elif now - before[1] >= self.settle and self._told.get(key) != files:
                self._told[key] = files
                ready.append(document)
        here = {_key(d) for d in self.last.documents}
        for gone in self._seen.keys() - here:
            del self._seen[gone]
            self._told.pop(gone, None)
        return ready


def _key(document: Document) -> str:
    return f"{document.folder}\0{document.name}"
