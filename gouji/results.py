"""What became of a run and of its documents. Forms and pages stay on disk and are read from there when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from export.pages import PageRecord
from forms import Form, read_form
from layout import DocumentSearch

from .output import form_files, read_pages
from .tally import Tally


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What became of a document. ``kept``: finished by an earlier run and not read again.

    ``unwritten``: the pages of a document whose files could not be written (else they are in ``pages.json``).
    """

    name: str
    folder: Path
    tally: Tally = field(default_factory=Tally)
    kept: bool = False
    unwritten: tuple[PageRecord, ...] = ()

    @property
    def pages(self) -> tuple[PageRecord, ...]:
        return self.unwritten or read_pages(self.folder)

    @property
    def form_files(self) -> tuple[Path, ...]:
        return () if self.unwritten else form_files(self.folder)

    @property
    def forms(self) -> tuple[Form, ...]:
        return tuple(read_form(path) for path in self.form_files)


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a run. ``seconds`` per stage are summed over all workers; ``elapsed`` is by the clock.

    ``failed``: the first 10,000 pages that failed, ``unread``: as many that a person should look at as a whole, with
    their documents (``total`` counts all).
    """

    search: DocumentSearch
    documents: tuple[DocumentResult, ...]
    total: Tally
    failed: list[tuple[str, PageRecord]]
    unread: list[tuple[str, PageRecord]]
    pages_kept: int
    seconds: dict[str, float]
    elapsed: float

    @property
    def exit_code(self) -> int:
        """0 all well, 1 findings or cells to review, 3 some pages (or folders) could not be read."""
        if self.total.failed or self.search.problems:
            return 3
        return 1 if self.total.is_doubtful else 0


class Progress(Protocol):
    """Is told how the run goes; see ``gouji.progress``."""

    def expect(self, pages: int) -> None: ...
    def page_done(self, document: str, failed: bool) -> None: ...
    def document_done(self, result: DocumentResult) -> None: ...


class Silent:
    """A ``Progress`` that shows nothing."""

    def expect(self, pages: int) -> None:
        return

    def page_done(self, document: str, failed: bool) -> None:
        return

    def document_done(self, result: DocumentResult) -> None:
        return
