"""A run: documents to pages, pages to workers, answers to forms, forms to files; one document's trouble is its own."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from export.files import write_atomic
from export.pages import PageRecord
from forms import Form, InputError, OutputError, PageContent, Table, UnreadableFile, UsageError
from layout import Document, DocumentSearch, PageImage, Skipped, count_pages, find_all_documents, load_pages
from reconstruct import Template, builtin_templates, load_template, rebuild
from scoring import Rulebook, load_rulebook

from .judge import flag, flag_table, judge
from .output import document_folder, is_drawn, prepare, prepare_output, read_finished, write_document
from .settings import RunSettings
from .source import NAME as SOURCE
from .source import dump_source, source_to_dict
from .workers import EngineFactory, PageFailure, PageTask, WorkerPool, make_engines


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What became of a document. ``kept``: finished by an earlier run and not read again but taken from its files."""

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

    @property
    def finished(self) -> bool:
        return self.exhausted and self.waiting == 0


def run(
    inputs: Sequence[Path],
    out: Path,
    settings: RunSettings | None = None,
    *,
    progress: Progress | None = None,
    engines: EngineFactory = make_engines,
    stop: Callable[[], bool] = lambda: False,
) -> BatchResult:
    """Read every document of ``inputs`` and write its files below ``out``.

    Raises ``UsageError``s (nothing at an input path, an output folder that cannot be written, weights that are
    missing, a template or rulebook that breaks its format) and ``EngineError`` when no reading process starts;
    whatever is wrong with a page is in the result and in the files, never raised. ``stop`` is asked between pages
    and twice a second; once it is true, ``KeyboardInterrupt`` is raised: finished documents stay.
    """
    chosen = settings or RunSettings()
    start = time.perf_counter()
    batch = _Batch(out, chosen, progress or Silent(), engines, stop)
    search = _searched(inputs, out)
    documents = batch.read_all(search.documents)
    return BatchResult(search, tuple(documents), dict(batch.seconds), time.perf_counter() - start)


class _Batch:
    def __init__(
        self,
        out: Path,
        settings: RunSettings,
        progress: Progress,
        engines: EngineFactory,
        stop: Callable[[], bool],
    ) -> None:
        self.out, self.settings, self.progress, self.engines, self.stop = out, settings, progress, engines, stop
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
            kept = None if self.settings.overwrite else self._kept(document)
            if kept is None:
                todo.append(index)
            else:
                self.results[index] = kept
                self.progress.document_done(kept)
        self.progress.expect(sum(_pages_of(documents[i]) for i in todo))
        with WorkerPool(
            self.engines, self.settings.engine, workers=self.settings.workers, page_seconds=self.settings.page_seconds
        ) as pool:
            self._feed(pool, [(i, documents[i]) for i in todo])
        return [self.results[i] for i in range(len(documents))]

    def _kept(self, document: Document) -> DocumentResult | None:
        folder = document_folder(self.out, document.name)
        found = read_finished(folder, [document.label(file) for file in document.files])
        if found is None:
            return None
        pages, forms = found
        return DocumentResult(document.name, folder, pages, tuple(forms.values()), tuple(forms), kept=True)

    def _feed(self, pool: WorkerPool, documents: list[tuple[int, Document]]) -> None:
        """Keep every worker busy and one page ahead of it decoded; no more, so that memory stays flat."""
        for index, number, page in self._pages(documents):
            self._go_on()
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
            try:
                prepare(folder)
                source = source_to_dict(document, self.settings.load)
                write_atomic(folder / SOURCE, dump_source(source))
            except OutputError as error:
                self._unwritten(index, document, folder, error)
                continue
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

    def _go_on(self) -> None:
        if self.stop():
            raise KeyboardInterrupt

    def _take(self, pool: WorkerPool) -> None:
        self._go_on()
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
            if state.finished:
                del self.open[index]
                self.results[index] = self._closed(state)
                self.progress.document_done(self.results[index])

    def _closed(self, state: _Open) -> DocumentResult:
        start = time.perf_counter()
        contents = [state.contents[k] for k in sorted(state.contents)]
        pages = tuple(state.records[k] for k in sorted(state.records))
        tables: list[Table] = [flag_table(t, self.settings.review_below) for c in contents for t in c.tables]
        try:
            forms, records = self._rebuilt(contents, pages)
        except Exception as error:  # a bug that one document brings out must not cost the batch, nor its tables
            reason = f"the document's forms could not be put together ({type(error).__name__}: {error})."
            forms, records = (), _all_failed(pages, reason)
        start = time.perf_counter()
        try:
            files = write_document(state.folder, state.document.name, forms, tables, records)
        except OutputError as error:
            prepare_output(self.out)  # raises where nothing else can be written either
            forms, files, records = (), [], _all_failed(records, str(error))
        self.seconds["writing"] += time.perf_counter() - start
        return DocumentResult(state.document.name, state.folder, records, forms, tuple(files))

    def _rebuilt(
        self, contents: Sequence[PageContent], pages: tuple[PageRecord, ...]
    ) -> tuple[tuple[Form, ...], tuple[PageRecord, ...]]:
        start = time.perf_counter()
        rebuilt = rebuild(contents, self.templates)
        self.seconds["rebuilding"] += time.perf_counter() - start
        start = time.perf_counter()
        forms = tuple(judge(f, self.rulebook, self.settings.review) for f in rebuilt.forms)
        self.seconds["checking"] += time.perf_counter() - start
        kinds = rebuilt.kinds
        return forms, tuple(p if p.kind == "failed" else replace(p, kind=kinds.get(p.page, p.kind)) for p in pages)

    def _unwritten(self, index: int, document: Document, folder: Path, error: OutputError) -> None:
        """A document whose own folder cannot be written is not read; the others go on."""
        prepare_output(self.out)
        pages = [PageRecord(document.label(file), n) for n, file in enumerate(document.files, start=1)]
        self.results[index] = DocumentResult(document.name, folder, _all_failed(pages, str(error)))
        self.progress.document_done(self.results[index])


def _searched(inputs: Sequence[Path], out: Path) -> DocumentSearch:
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


def _all_failed(pages: Sequence[PageRecord], reason: str) -> tuple[PageRecord, ...]:
    return tuple(
        p if p.kind == "failed" else replace(p, kind="failed", reason=f"{p.file}, page {p.page_in_file}: {reason}")
        for p in pages
    )


def _pages_of(document: Document) -> int:
    return sum(_count(file) for file in document.files)


def _count(file: Path, counter: Callable[[Path], int] = count_pages) -> int:
    try:
        return max(1, counter(file))
    except (InputError, OSError):
        return 1
