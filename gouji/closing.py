"""The end of a document: its pages' contents to forms, the forms checked, everything written."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from export.pages import PageRecord
from forms import Form, OutputError, PageContent, Table
from reconstruct import Rebuilt, Template, builtin_templates, load_template, rebuild
from scoring import Rulebook, load_rulebook

from .judge import flag, flag_table, judge
from .legible import marked
from .output import prepare_output, write_document
from .results import DocumentResult
from .settings import RunSettings
from .spool import SpooledPage
from .tally import Tally


@dataclass(slots=True)
class Closing:
    """What closes documents: templates, rules and limits, and the seconds that it took so far.

    Raises ``TemplateError`` for a template or rulebook that breaks its format.
    """

    out: Path
    settings: RunSettings
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    templates: tuple[Template, ...] = ()
    rulebook: Rulebook | None = None

    def __post_init__(self) -> None:
        given = self.settings.templates
        self.templates = (*(load_template(path) for path in given), *builtin_templates())
        self.rulebook = load_rulebook(self.settings.rulebook) if self.settings.rulebook else None

    def close(
        self, name: str, folder: Path, read: Sequence[SpooledPage], failed: Sequence[PageRecord]
    ) -> DocumentResult:
        """Write the document's files. A document that cannot be put together or written fails, and no other."""
        pages = tuple(sorted((*(self._record(p) for p in read), *failed), key=lambda p: p.page))
        below = self.settings.review_below
        contents = [p.content for p in read]
        tables: list[Table] = [flag_table(t, below) for c in contents for t in c.tables]
        try:
            forms, records = self._rebuilt(contents, pages)
        except Exception as error:  # a bug that one document brings out must not cost the batch, nor its tables
            reason = f"the document's forms could not be put together ({type(error).__name__}: {error})."
            forms, records = (), all_failed(pages, reason)
        start = time.perf_counter()
        try:
            write_document(folder, name, forms, tables, records)
        except OutputError as error:
            prepare_output(self.out)  # raises where nothing else can be written either
            return unwritten(name, folder, records, str(error))
        self.seconds["writing"] += time.perf_counter() - start
        return DocumentResult(name, folder, Tally.of(records, forms))

    def _record(self, page: SpooledPage) -> PageRecord:
        key, content, turn = page.key, page.content, page.content.transform
        return PageRecord(
            key.file,
            key.number,
            key.page_in_file,
            page.width,
            page.height,
            page.dpi,
            seconds=page.seconds,
            rotation=turn.rotation,
            skew=turn.skew,
            lines=tuple(flag(line.cell, self.settings.review_below) for line in content.lines),
            reasons=content.doubts,
        )

    def _rebuilt(
        self, contents: Sequence[PageContent], pages: tuple[PageRecord, ...]
    ) -> tuple[tuple[Form, ...], tuple[PageRecord, ...]]:
        start = time.perf_counter()
        rebuilt = rebuild(contents, self.templates)
        self.seconds["rebuilding"] += time.perf_counter() - start
        start = time.perf_counter()
        unread = [c.page for c in contents if c.doubts]
        forms = tuple(marked(judge(f, self.rulebook, self.settings.review), unread) for f in rebuilt.forms)
        self.seconds["checking"] += time.perf_counter() - start
        return forms, tuple(p if p.kind == "failed" else _as_found(p, rebuilt) for p in pages)


def _as_found(page: PageRecord, rebuilt: Rebuilt) -> PageRecord:
    reason = rebuilt.reasons.get(page.page)
    reasons = (*page.reasons, reason) if reason else page.reasons
    return replace(page, kind=rebuilt.kinds.get(page.page, page.kind), reasons=reasons)


def unwritten(name: str, folder: Path, pages: Sequence[PageRecord], reason: str) -> DocumentResult:
    """The result of a document whose files cannot be written: all its pages failed."""
    records = all_failed(pages, reason)
    return DocumentResult(name, folder, Tally.of(records, ()), unwritten=records)


def all_failed(pages: Sequence[PageRecord], reason: str) -> tuple[PageRecord, ...]:
    return tuple(
        p if p.kind == "failed" else replace(p, kind="failed", reason=f"{p.file}, page {p.page_in_file}: {reason}")
        for p in pages
    )
