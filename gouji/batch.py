"""A run: documents to pages, pages to workers, answers to forms, forms to files; one document's trouble is its own.

What is done is told to the ledger after it is on disk, and a later run goes on from there. Memory holds the pages under
way and one document being closed, whatever the folder's size.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from export.files import write_atomic
from export.pages import PageRecord
from forms import InputError, OutputError, UnreadableFile, UsageError
from layout import Document, DocumentSearch, Skipped, find_all_documents

from .closing import Closing, unwritten
from .counting import PageCounter
from .inputs import InputFile, look_at, same_content, sizes_and_times
from .ledger import DocumentRow, Ledger, PageState
from .lock import RunLock
from .making import Making, making_of
from .names import Names, folded, identity
from .output import document_folder, force_names, is_drawn, is_whole, prepare, prepare_output, stamps
from .page_file import PageFile
from .results import BatchResult as BatchResult
from .results import DocumentResult as DocumentResult
from .results import Progress as Progress
from .results import Silent as Silent
from .settings import RunSettings
from .source import NAME as SOURCE
from .source import dump_source, source_to_dict
from .spool import NAME as SPOOL
from .spool import PageKey, Spool, SpooledPage
from .status import FailedPage, StatusFile
from .store import LocalStore, Store
from .tally import Tally
from .watch import Watcher
from .workers import EngineFactory, Limits, PageAnswer, PageFailure, PagePool, PageTask, WorkerPool, make_engines

AHEAD, AHEAD_LATER = 1000, 20
"""Documents looked at before the first is read, and more with every document read."""
LISTED = 10_000
"""Failed pages that the result lists."""
COMMIT_SECONDS = 1.0
PoolMaker = Callable[[EngineFactory, RunSettings], PagePool]


def local_pool(engines: EngineFactory, settings: RunSettings) -> PagePool:
    """Processes of this machine, as many as ``settings.workers``."""
    limits = Limits(settings.page_seconds, settings.worker_memory, settings.worker_pages)
    return WorkerPool(engines, settings.engine, workers=settings.workers, limits=limits)


def run(
    inputs: Sequence[Path],
    out: Path,
    settings: RunSettings | None = None,
    *,
    progress: Progress | None = None,
    engines: EngineFactory = make_engines,
    pool: PoolMaker = local_pool,
    stop: Callable[[], bool] = lambda: False,
    watch: Watcher | None = None,
    store: Store | None = None,
) -> BatchResult:
    """Read every document of ``inputs`` and write its files below ``out``; what earlier runs have done is kept.

    Raises ``UsageError``s (nothing at an input path, an output folder that cannot be written or that another run is
    writing into, weights that are missing, a template or rulebook that breaks its format) and ``EngineError`` when no
    reading process starts; whatever is wrong with a page is in the result and in the files, never raised. ``stop`` is
    asked between pages and twice a second; once it is true, ``KeyboardInterrupt`` is raised: what is done stays.
    ``watch`` looks for documents over and over (``follow`` makes one), until ``stop``. ``pool``: where pages are read;
    ``store``: where documents come from and go, if not from and to the folders themselves.
    """
    chosen = settings or RunSettings()
    start = time.perf_counter()
    closing = Closing(out, chosen)
    prepare_output(out)
    search = searched(inputs, out) if watch is None else DocumentSearch()
    making = making_of(chosen, engines)
    with RunLock(out), contextlib.closing(Ledger(out)) as ledger:
        for left in out.glob(".*.part"):  # of a run that was killed while it wrote
            left.unlink(missing_ok=True)
        batch = _Batch(out, chosen, progress or Silent(), closing, making, ledger, stop, store or LocalStore())
        documents = search.documents if watch is None else watch.documents()
        with batch.told():
            batch.read_all(documents, pool(engines, chosen))
    found = search if watch is None else watch.last or search
    results = tuple(result for _, result in sorted(batch.results.values(), key=lambda found: found[0]))
    elapsed = time.perf_counter() - start
    kept, seconds = batch.pages_kept, dict(closing.seconds)
    return BatchResult(found, results, batch.total, batch.failed, batch.unread, kept, seconds, elapsed)


def follow(inputs: Sequence[Path], out: Path, *, settle: float = 10.0, poll: float = 5.0) -> Watcher:
    """A ``Watcher`` of ``inputs`` for ``run``."""
    return Watcher(lambda: searched(inputs, out), settle=settle, poll=poll)


@dataclass
class _Open:
    """A document under way. ``keys`` and ``files`` by the pages' numbers; ``failed``: those that could not be read."""

    index: int
    document: Document
    folder: Path
    row: int
    spool: Spool
    keys: dict[int, PageKey]
    files: dict[int, InputFile]
    failed: dict[int, PageRecord] = field(default_factory=dict)
    waiting: int = 0
    exhausted: bool = False
    seconds: float = 0.0


class _Batch:
    def __init__(
        self,
        out: Path,
        settings: RunSettings,
        progress: Progress,
        closing: Closing,
        making: Making,
        ledger: Ledger,
        stop: Callable[[], bool],
        store: Store,
    ) -> None:
        self.out, self.settings, self.progress, self.closing = out, settings, progress, closing
        self.making, self.ledger, self.stop, self.store = making, ledger, stop, store
        self.names, self.count = Names(out, ledger), PageCounter()
        self.status = StatusFile(out)
        self.results: dict[str, tuple[int, DocumentResult]] = {}
        self.total, self.pages_kept = Tally(), 0
        self.failed: list[tuple[str, PageRecord]] = []
        self.unread: list[tuple[str, PageRecord]] = []
        self.open: dict[int, _Open] = {}
        self._committed = time.monotonic()
        self._expected = -1

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """The ledger and the status say that the run goes on, and in the end what became of it."""
        self.ledger.begin_run(self.making)
        self.status.write("running")
        try:
            yield
        except BaseException as error:
            stopped = isinstance(error, KeyboardInterrupt)
            with contextlib.suppress(OutputError):  # what is told then is the error itself
                self._close_spools()
                self.ledger.end_run("stopped" if stopped else "failed", "" if stopped else str(error))
            self.status.write("stopped" if stopped else "failed", "" if stopped else str(error))
            raise
        self.ledger.end_run("finished")
        self.status.write("finished")

    def read_all(self, documents: Iterable[Document | None], pool: PagePool) -> None:
        """Keep every worker busy and one page ahead of it; no more, so that memory stays flat."""
        with pool, contextlib.closing(self.count):
            for task in self._tasks(iter(documents)):
                if task is None:
                    if self.stop() and not pool.outstanding:
                        break
                    self._rest(pool)
                    continue
                self._go_on()
                self._submitted(task)
                pool.submit(task)
                while pool.full:
                    self._take(pool)
            while pool.outstanding:
                self._take(pool)
            self._close_finished()

    def _rest(self, pool: PagePool) -> None:
        """Nothing new for the moment."""
        if pool.outstanding:
            self._take(pool)
        else:
            self._close_finished()
            self._tick()
            time.sleep(0.2)

    # What there is to do

    def _tasks(self, documents: Iterator[Document | None]) -> Iterator[PageTask | None]:
        """The pages to read, document after document; ``None`` when there are none for the moment."""
        planned: deque[tuple[int, Document, list[int]]] = deque()
        ahead, number, more = AHEAD, 0, True
        while more or planned:
            for _ in range(ahead):
                if planned and self.store.full:
                    break
                document = next(documents, _END)
                if document is None or isinstance(document, _End):
                    more = more and document is None
                    break
                named, number = self.names.named(document), number + 1
                if not self._is_kept(number, named):
                    self.store.fetch(named)
                    planned.append((number, named, [self.count(file) for file in named.files]))
                    self.status.pages_total += _pages_of(planned[-1][2])
                if number % AHEAD_LATER == 0:
                    self._go_on()
            ahead, self.status.is_counted = AHEAD_LATER, not more
            self._tell_expected()
            if planned:
                yield from self._pages(*planned.popleft())
            elif more:
                yield None

    def _tell_expected(self) -> None:
        if self.status.pages_total != self._expected:
            self._expected = self.status.pages_total
            self.progress.expect(self._expected)

    def _is_kept(self, index: int, document: Document) -> bool:
        """True (and told) for a document that needs nothing, as sizes and times tell."""
        row = self._finished(document)
        if row is None:
            return False
        known = {(f.label, f.path, f.bytes, f.mtime_ns) for f in row.inputs}
        now = sizes_and_times(document)
        if len(now) != len(row.inputs) or {(f.label, f.path, f.bytes, f.mtime_ns) for f in now} != known:
            return False
        self._keep(index, document, row)
        return True

    def _finished(self, document: Document) -> DocumentRow | None:
        """What the ledger knows of a document that was finished in the same way as now, and whose files are there."""
        row = None if self.settings.overwrite else self.ledger.by_folded(folded(document.name))
        if row is None or row.state != "done" or (row.read_key, row.form_key) != (self.making.read, self.making.form):
            return None
        folder = document_folder(self.out, document.name)
        if not is_whole(folder, row.outputs) or (self.settings.overlays and not _all_drawn(folder, row)):
            return None
        return row

    def _keep(self, index: int, document: Document, row: DocumentRow) -> None:
        folder = document_folder(self.out, document.name)
        result = DocumentResult(document.name, folder, Tally.from_dict(row.tally), kept=True)
        self.store.done(document, folder)
        self.status.documents_kept += 1
        self.status.pages_kept += result.tally.pages
        self.pages_kept += result.tally.pages
        self._done(index, result)

    def _pages(self, index: int, document: Document, counts: list[int]) -> Iterator[PageTask]:
        """Open the document; its pages that were not read yet."""
        row = None if self.settings.overwrite else self.ledger.by_folded(folded(document.name))
        inputs = look_at(document, row.inputs if row else ())
        finished = self._finished(document)
        if finished is not None and same_content(finished.inputs, inputs):  # only copied or touched
            self.status.pages_total -= _pages_of(counts)
            self._tell_expected()
            self.ledger.set_inputs(finished.id, identity(document), inputs)
            write_atomic(
                document_folder(self.out, document.name) / SOURCE,
                dump_source(source_to_dict(inputs, self.settings.load)),
            )
            self._keep(index, document, finished)
            return
        state = self._opened(index, document, inputs, counts)
        if state is None:
            return
        counted = dict(zip((f.label for f in inputs), counts, strict=True))
        for number, key in state.keys.items():
            file = state.files[number]
            if not counted[file.label]:
                self._uncounted(state, key)
                continue
            if key in state.spool:
                self._page_done(state, failed=None)
                continue
            page = PageFile(
                Path(file.path), file.label, key.page_in_file, self.settings.load, file.bytes, file.mtime_ns
            )
            yield PageTask((index, number), page, number, _overlay(state, number) if self.settings.overlays else None)
        state.exhausted = True
        self._close_finished()

    def _opened(self, index: int, document: Document, inputs: tuple[InputFile, ...], counts: list[int]) -> _Open | None:
        folder = document_folder(self.out, document.name)
        places = [(f, p) for f, count in zip(inputs, counts, strict=True) for p in range(1, max(1, count) + 1)]
        keys = {n: PageKey(n, f.label, p, f.sha256) for n, (f, p) in enumerate(places, start=1)}
        files = {n: f for n, (f, _) in enumerate(places, start=1)}
        try:
            prepare(folder, _drawn(folder) if self.settings.overlays and not self.settings.overwrite else ())
            if self.settings.overwrite:
                (folder / SPOOL).unlink(missing_ok=True)
            write_atomic(folder / SOURCE, dump_source(source_to_dict(inputs, self.settings.load)))
            spool = Spool(folder / SPOOL, self.making.read)
            drawn = _drawn(folder) if self.settings.overlays else {_drawn_name(n) for n in keys}
            known = {k for n, k in keys.items() if k.sha256 and _drawn_name(n) in drawn}
            if all(counts):
                spool.keep_only(known)
        except (OutputError, OSError) as error:
            self._unwritten(index, document, folder, error)
            return None
        pages = [
            PageState(n, k.file, k.page_in_file, k.sha256, "done" if k in spool else "waiting") for n, k in keys.items()
        ]
        own = identity(document)
        row = self.ledger.open_document(document.name, folded(document.name), own, inputs, pages)
        state = self.open[index] = _Open(index, document, folder, row, spool, keys, files)
        return state

    def _uncounted(self, state: _Open, key: PageKey) -> None:
        """A file that ends or stops whoever looks at it is a page that failed, tried again by the next run."""
        reason = (
            f"{key.file}: its pages could not be counted: the process that looked at it died or took too long, twice. "
            "Print it to a new PDF, or scan it again."
        )
        record = PageRecord(key.file, key.number, key.page_in_file, kind="failed", reason=reason)
        state.failed[key.number] = record
        told = PageState(key.number, key.file, key.page_in_file, key.sha256, "failed", "failed", reason, tries=2)
        self.ledger.set_page(state.row, told)
        self._page_done(state, record)

    def _unwritten(self, index: int, document: Document, folder: Path, error: Exception) -> None:
        """A document whose own folder cannot be written is not read; the others go on."""
        prepare_output(self.out)
        pages = [PageRecord(document.label(file), n) for n, file in enumerate(document.files, start=1)]
        self._done(index, unwritten(document.name, folder, pages, str(error)))

    # What came of it

    def _go_on(self) -> None:
        if self.stop():
            raise KeyboardInterrupt
        self._tick()

    def _tick(self) -> None:
        """What was read by now outlives a power loss; others see how it goes."""
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            for state in self.open.values():
                state.spool.sync()
            self.ledger.commit()
            self._committed = time.monotonic()
        self.status.tick()

    def _submitted(self, task: PageTask) -> None:
        state = self.open[task.key[0]]
        state.waiting += 1
        key = state.keys[task.number]
        self.ledger.set_page(state.row, PageState(key.number, key.file, key.page_in_file, key.sha256, "reading"))

    def _take(self, pool: PagePool) -> None:
        self._go_on()
        for answer in pool.answers():
            index, number = answer.task.key
            state = self.open[index]
            state.waiting -= 1
            state.seconds += answer.seconds
            key = state.keys[number]
            page = PageState(number, key.file, key.page_in_file, key.sha256, "done", seconds=answer.seconds)
            page = replace(page, tries=answer.task.tries + 1)
            record = self._recorded(state, key, answer)
            if record is not None:
                state.failed[number] = record
                page = replace(page, state="failed", outcome="failed", reason=record.reason)
            self.ledger.set_page(state.row, page)
            self._page_done(state, record)
        self._close_finished()

    def _recorded(self, state: _Open, key: PageKey, answer: PageAnswer) -> PageRecord | None:
        """What was read goes into the spool; of a page that could not be read, why."""
        result, page = answer.result, answer.task.page
        if not isinstance(result, PageFailure | InputError):
            assert not isinstance(page, PageFile)
            for stage, seconds in result.seconds:
                self.closing.seconds[stage] += seconds
            spooled = SpooledPage(
                key, page.width, page.height, page.dpi, answer.seconds, result.seconds, result.content
            )
            state.spool.append(spooled)
            return None
        placed = isinstance(result, InputError) or result.placed
        reason = str(result) if isinstance(result, InputError) else result.reason
        record = PageRecord(key.file, key.number, key.page_in_file, kind="failed", seconds=answer.seconds)
        if not isinstance(page, PageFile):
            record = replace(record, width=page.width, height=page.height, dpi=page.dpi)
        return replace(record, reason=reason if placed else f"{key.file}, page {key.page_in_file}: {reason}")

    def _page_done(self, state: _Open, failed: PageRecord | None) -> None:
        self.status.pages_done += 1
        if failed is not None:
            self.status.failed(FailedPage(state.document.name, failed.file, failed.page, failed.reason))
        self.progress.page_done(state.document.name, failed is not None)

    def _close_finished(self) -> None:
        for index, state in list(self.open.items()):
            if state.exhausted and state.waiting == 0:
                del self.open[index]
                self._done(index, self._closed(state))
        self.status.reading = tuple(s.document.name for s in self.open.values())

    def _closed(self, state: _Open) -> DocumentResult:
        state.spool.sync()
        wanted = {key for number, key in state.keys.items() if number not in state.failed}
        read = list(state.spool.pages(wanted))
        state.spool.close()
        failed = [state.failed[n] for n in sorted(state.failed)]
        result = self.closing.close(state.document.name, state.folder, read, failed)
        if result.unwritten:
            self.ledger.close_document(state.row, "failed", (), {}, state.seconds)
            return result
        force_names(state.folder, self.out)
        self.store.done(state.document, state.folder)
        outcome = "failed" if result.tally.failed else "done"
        self.ledger.set_outcomes(state.row, {p.page: p.kind for p in result.pages})
        self.ledger.close_document(state.row, outcome, stamps(state.folder), result.tally.as_dict(), state.seconds)
        return result

    def _done(self, index: int, result: DocumentResult) -> None:
        before = self.results.pop(result.name, None)  # one that was read again while the run followed its folder
        self.results[result.name] = (index, result)
        if before is None:
            self.total = self.total + result.tally
        else:
            self.total = sum((r.tally for _, r in self.results.values()), Tally())
        self.status.documents_done += not result.kept
        self.status.forms, self.status.review = self.total.forms, self.total.review
        self.status.documents_failed += result.tally.failed > 0
        if result.tally.failed or result.tally.unread:
            for page in result.pages:
                told = self.failed if page.kind == "failed" else self.unread if page.needs_review else None
                if told is not None and len(told) < LISTED:
                    told.append((result.name, page))
        self.progress.document_done(result)

    def _close_spools(self) -> None:
        for state in self.open.values():
            state.spool.sync()
            state.spool.close()


class _End:
    """After the last document."""


_END = _End()


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


def _pages_of(counts: Sequence[int]) -> int:
    """Pages to expect; a file that could not be counted is told as one."""
    return sum(max(1, count) for count in counts)


def _overlay(state: _Open, number: int) -> Path:
    return state.folder / "overlays" / _drawn_name(number)


def _drawn_name(number: int) -> str:
    return f"{number:03d}.png"


def _drawn(folder: Path) -> set[str]:
    return {path.name for path in (folder / "overlays").glob("*.png")}


def _all_drawn(folder: Path, row: DocumentRow) -> bool:
    pages = Tally.from_dict(row.tally).pages
    return _drawn(folder) >= {_drawn_name(n) for n in range(1, pages + 1)}
