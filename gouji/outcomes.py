"""What became of a run's documents so far: added up, and told to whoever follows the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from export.pages import PageRecord

from .results import DocumentResult, Progress
from .status import StatusFile
from .tally import Tally

LISTED = 10_000
"""Failed pages that the result lists, and pages to look at as a whole."""


@dataclass(slots=True)
class Outcomes:
    """``total`` counts all documents; ``failed`` and ``unread``: the first ``LISTED`` such pages, each with its
    document."""

    status: StatusFile
    progress: Progress
    total: Tally = field(default_factory=Tally)
    failed: list[tuple[str, PageRecord]] = field(default_factory=list)
    unread: list[tuple[str, PageRecord]] = field(default_factory=list)
    _results: dict[str, tuple[int, DocumentResult]] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[DocumentResult, ...]:
        """What became of each, in the order in which they were found."""
        return tuple(result for _, result in sorted(self._results.values(), key=lambda found: found[0]))

    @property
    def pages_kept(self) -> int:
        """Pages of the documents that earlier runs have finished."""
        return self.status.pages_kept

    def add(self, index: int, result: DocumentResult) -> None:
        """A document is done; ``index``: its place among those that were found."""
        before = self._results.pop(result.name, None)  # one that was read again while the run followed its folder
        self._results[result.name] = (index, result)
        if before is None:
            self.total = self.total + result.tally
        else:
            self.total = sum((r.tally for _, r in self._results.values()), Tally())
        if result.kept:
            self.status.documents_kept += 1
            self.status.pages_kept += result.tally.pages
        else:
            self.status.documents_done += 1
        self.status.forms, self.status.review = self.total.forms, self.total.review
        self.status.documents_failed += result.tally.failed > 0
        if result.tally.failed or result.tally.unread:
            for page in result.pages:
                told = self.failed if page.kind == "failed" else self.unread if page.needs_review else None
                if told is not None and len(told) < LISTED:
                    told.append((result.name, page))
        self.progress.document_done(result)
