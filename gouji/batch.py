"""A run: documents to pages, pages to workers, answers to forms, forms to files; one document's trouble is its own."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from export.pages import PageRecord
from forms import Form, InputError, PageContent, Table
from layout import Document, DocumentSearch, PageImage, count_pages, find_all_documents, load_pages
from reconstruct import Template, builtin_templates, load_template, rebuild
from scoring import Rulebook, load_rulebook

from .judge import flag, flag_table, judge
from .output import document_folder, is_finished, prepare, write_document
from .settings import RunSettings
from .workers import EngineFactory, PageFailure, PageTask, WorkerPool, make_engines


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What became of a document. ``kept``: it was finished by an earlier run and not read again."""

    name: str
    folder: Path
    pages: tuple[PageRecord, ...] = ()
    forms: tuple[Form, ...] = ()
    form_files: tuple[Path, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a run. ``seconds`` per stage are summed over all workers; ``elapsed`` is by the clock."""

    search: DocumentSearch
    documents: tuple[DocumentResult, ...]
    seconds: dict[str, float]
    elapsed: float

    @property
    def failed(self) -> list[tuple[str, PageRecord]]:
        return [(d.name, p) for d in self.documents for p in d.pages if p.kind == "failed"]

    @property
    def exit_code(self) -> int:
        """0 all well, 1 findings or cells to review, 3 some pages (or folders) could not be read."""
        if self.failed or self.search.problems:
            return 3
        doubtful = any(f.findings or any(c.needs_review for _, c in f.cells()) for d in self.documents for f in d.forms)
        return 1 if doubtful else 0


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


@dataclass
class _Open:
    """A document under way."""

    document: Document
    folder: Path
    contents: dict[int, PageContent] = field(default_factory=dict)
    records: dict[int, PageRecord] = field(default_factory=dict)
    waiting: int = 0
    exhausted: bool = False


def run(
    inputs: Sequence[Path],
    out: Path,
    settings: RunSettings | None = None,
    *,
    progress: Progress | None = None,
    engines: EngineFactory = make_engines,
) -> BatchResult:
    """Read every document of ``inputs`` and write its files below ``out``.

    Raises ``UsageError``s (nothing at an input path, an output folder that cannot be written, a template or rulebook
    that breaks its format); whatever is wrong with a page is in the result and in the files, never raised.
    """
    chosen = settings or RunSettings()
    start = time.perf_counter()
    batch = _Batch(out, chosen, progress or Silent(), engines)
    search = find_all_documents(inputs)
    documents = batch.read_all(search.documents)
    return BatchResult(search, tuple(documents), dict(batch.seconds), time.perf_counter() - start)


class _Batch:
    def __init__(self, out: Path, settings: RunSettings, progress: Progress, engines: EngineFactory) -> None:
        self.out, self.settings, self.progress, self.engines = out, settings, progress, engines
        self.templates: tuple[Template, ...] = (
            *(load_template(path) for path in settings.templates),
            *builtin_templates(),
        )
        self.rulebook: Rulebook | None = load_rulebook(settings.rulebook) if settings.rulebook else None
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.results: dict[int, DocumentResult] = {}
        self.open: dict[int, _Open] = {}
        prepare_output(out)

    def read_all(self, documents: Sequence[Document]) -> list[DocumentResult]:
        todo: list[int] = []
        for index, document in enumerate(documents):
            folder = document_folder(self.out, document.name)
            if is_finished(folder) and not self.settings.overwrite:
                self.results[index] = DocumentResult(document.name, folder, kept=True)
                self.progress.document_done(self.results[index])
            else:
                todo.append(index)
        self.progress.expect(sum(_pages_of(documents[i]) for i in todo))
        with WorkerPool(
            self.engines, self.settings.engine, workers=self.settings.workers, page_seconds=self.settings.page_seconds
        ) as pool:
            self._feed(pool, [(i, documents[i]) for i in todo])
        return [self.results[i] for i in range(len(documents))]

    def _feed(self, pool: WorkerPool, documents: list[tuple[int, Document]]) -> None:
        """Keep every worker busy and one page ahead of it decoded; no more, so that memory stays flat."""
        for index, number, page in self._pages(documents):
            if isinstance(page, InputError):
                self._failed(index, number, page)
                continue
            state = self.open[index]
            state.waiting += 1
            overlay = state.folder / "overlays" / f"{number:03d}.png" if self.settings.overlays else None
            pool.submit(PageTask((index, number), page, number, overlay))
            while pool.outstanding >= 2 * self.settings.workers:
                self._take(pool)
            self._close_finished()
        while pool.outstanding:
            self._take(pool)
        self._close_finished()

    def _pages(self, documents: list[tuple[int, Document]]) -> Iterator[tuple[int, int, PageImage | InputError]]:
        for index, document in documents:
            folder = document_folder(self.out, document.name)
            prepare(folder)
            self.open[index] = _Open(document, folder)
            number = 0
            for file in document.files:
                for page in self._loaded(document, file):
                    number += 1
                    yield index, number, page
            self.open[index].exhausted = True
            self._close_finished()

    def _loaded(self, document: Document, file: Path) -> Iterator[PageImage | InputError]:
        start = time.perf_counter()
        for page in load_pages(file, name=document.label(file), settings=self.settings.load):
            self.seconds["loading"] += time.perf_counter() - start
            yield page
            start = time.perf_counter()

    def _failed(self, index: int, number: int, error: InputError) -> None:
        state = self.open[index]
        state.records[number] = PageRecord(error.file, number, error.page or 1, kind="failed", reason=str(error))
        self.progress.page_done(state.document.name, True)

    def _take(self, pool: WorkerPool) -> None:
        for answer in pool.answers():
            index, number = answer.task.key
            state, page = self.open[index], answer.task.page
            state.waiting -= 1
            record = PageRecord(
                page.file, number, page.page_in_file, page.width, page.height, page.dpi, seconds=answer.seconds
            )
            if isinstance(answer.result, PageFailure):
                where = f"{page.file}, page {page.page_in_file}"
                record = replace(record, kind="failed", reason=f"{where}: {answer.result.reason}")
            else:
                content = answer.result.content
                for stage, seconds in answer.result.seconds:
                    self.seconds[stage] += seconds
                state.contents[number] = content
                lines = tuple(flag(line.cell, self.settings.review_below) for line in content.lines)
                turn = content.transform
                record = replace(record, rotation=turn.rotation, skew=turn.skew, lines=lines)
            state.records[number] = record
            self.progress.page_done(state.document.name, record.kind == "failed")
        self._close_finished()

    def _close_finished(self) -> None:
        for index, state in list(self.open.items()):
            if state.exhausted and state.waiting == 0:
                del self.open[index]
                self.results[index] = self._closed(state)
                self.progress.document_done(self.results[index])

    def _closed(self, state: _Open) -> DocumentResult:
        start = time.perf_counter()
        contents = [state.contents[k] for k in sorted(state.contents)]
        rebuilt = rebuild(contents, self.templates)
        self.seconds["rebuilding"] += time.perf_counter() - start
        start = time.perf_counter()
        forms = tuple(judge(f, self.rulebook, review_below=self.settings.review_below) for f in rebuilt.forms)
        self.seconds["checking"] += time.perf_counter() - start
        start = time.perf_counter()
        tables: list[Table] = [flag_table(t, self.settings.review_below) for c in contents for t in c.tables]
        records = tuple(
            replace(r, kind=rebuilt.kinds.get(r.page, r.kind)) if r.kind != "failed" else r
            for r in (state.records[k] for k in sorted(state.records))
        )
        files = write_document(state.folder, state.document.name, forms, tables, records)
        self.seconds["writing"] += time.perf_counter() - start
        return DocumentResult(state.document.name, state.folder, records, forms, tuple(files))


def prepare_output(out: Path) -> None:
    """Make the output folder and see that it can be written; ``OutputError`` with the remedy when it cannot."""
    from export.files import write_atomic

    probe = out / ".gouji-probe"
    write_atomic(probe, "")
    probe.unlink(missing_ok=True)


def _pages_of(document: Document) -> int:
    return sum(_count(file) for file in document.files)


def _count(file: Path, counter: Callable[[Path], int] = count_pages) -> int:
    try:
        return max(1, counter(file))
    except (InputError, OSError):
        return 1
