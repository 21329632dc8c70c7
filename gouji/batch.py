"""A run: documents to pages, pages to workers, answers to forms, forms to files; one document's trouble is its own.

What is done is told to the ledger after it is on disk, and a later run goes on from there. Memory holds the pages under
way and one document being closed, whatever the folder's size.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from export.pages import PageRecord
from forms import OutputError
from layout import Document, DocumentSearch

from .closing import Closing, unwritten
from .counting import PageCounter
from .earlier import Earlier
from .inputs import InputFile, look_at
from .ledger import DocumentRow, Ledger, PageState
from .lock import RunLock
from .making import Making, making_of
from .names import Names, folded, identity
from .outcomes import Outcomes
from .output import document_folder, force_names, prepare_output, stamps
from .page import PageRead
from .results import BatchResult as BatchResult
from .results import DocumentResult as DocumentResult
from .results import Progress as Progress
from .results import Silent as Silent
from .search import searched
from .settings import RunSettings
from .source import write_source
from .spool import PageKey
from .status import FailedPage, StatusFile
from .store import LocalStore, Store
from .tally import Tally
from .under_way import UnderWay, open_spool
from .watch import Watcher
from .workers import EngineFactory, Limits, PagePool, PageTask, WorkerPool, make_engines

AHEAD, AHEAD_LATER = 1000, 20
"""Documents looked at before the first is read, and more with every document read."""
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
    found, became = search if watch is None else watch.last or search, batch.outcomes
    return BatchResult(
        found, became.documents, became.total, became.failed, became.unread, became.pages_kept, dict(closing.seconds),
        time.perf_counter() - start,
    )  # fmt: skip


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
        self.earlier = Earlier(out, settings, making, ledger)
        self.status = StatusFile(out)
        self.outcomes = Outcomes(self.status, progress)
        self.open: dict[int, UnderWay] = {}
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
        row = self.earlier.untouched(document)
        if row is not None:
            self._keep(index, document, row)
        return row is not None

    def _keep(self, index: int, document: Document, row: DocumentRow) -> None:
        folder = document_folder(self.out, document.name)
        self.store.done(document, folder)
        self.outcomes.add(index, DocumentResult(document.name, folder, Tally.from_dict(row.tally), kept=True))

    def _pages(self, index: int, document: Document, counts: list[int]) -> Iterator[PageTask]:
        """Open the document; its pages that were not read yet."""
        inputs = look_at(document, self.earlier.inputs(document))
        unchanged = self.earlier.unchanged(document, inputs)
        if unchanged is not None:
            self.status.pages_total -= _pages_of(counts)
            self._tell_expected()
            self.ledger.set_inputs(unchanged.id, identity(document), inputs)
            write_source(document_folder(self.out, document.name), inputs, self.settings.load)
            self._keep(index, document, unchanged)
            return
        state = self._opened(index, document, inputs, counts)
        if state is None:
            return
        counted = dict(zip((f.label for f in inputs), counts, strict=True))
        for number, key in state.keys.items():
            if not counted[key.file]:
                self.ledger.set_page(state.row, state.uncounted(number))
                self._page_done(state, number)
            elif key in state.spool:
                self._page_done(state, number)
            else:
                yield state.task(number, self.settings)
        state.exhausted = True
        self._close_finished()

    def _opened(
        self, index: int, document: Document, inputs: tuple[InputFile, ...], counts: list[int]
    ) -> UnderWay | None:
        folder = document_folder(self.out, document.name)
        places = [(f, p) for f, count in zip(inputs, counts, strict=True) for p in range(1, max(1, count) + 1)]
        keys = {n: PageKey(n, f.label, p, f.sha256) for n, (f, p) in enumerate(places, start=1)}
        files = {n: f for n, (f, _) in enumerate(places, start=1)}
        try:
            spool = open_spool(folder, inputs, keys, self.settings, made_with=self.making.read, counted=all(counts))
        except (OutputError, OSError) as error:
            self._unwritten(index, document, folder, error)
            return None
        pages = [
            PageState(n, k.file, k.page_in_file, k.sha256, "done" if k in spool else "waiting") for n, k in keys.items()
        ]
        row = self.ledger.open_document(document.name, folded(document.name), identity(document), inputs, pages)
        state = self.open[index] = UnderWay(index, document, folder, row, spool, keys, files)
        return state

    def _unwritten(self, index: int, document: Document, folder: Path, error: Exception) -> None:
        """A document whose own folder cannot be written is not read; the others go on."""
        prepare_output(self.out)
        pages = [PageRecord(document.label(file), n) for n, file in enumerate(document.files, start=1)]
        self.outcomes.add(index, unwritten(document.name, folder, pages, str(error)))

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
        self.ledger.set_page(state.row, state.submitted(task.number))

    def _take(self, pool: PagePool) -> None:
        self._go_on()
        for answer in pool.answers():
            state = self.open[answer.task.key[0]]
            if isinstance(answer.result, PageRead):
                for stage, seconds in answer.result.seconds:
                    self.closing.seconds[stage] += seconds
            self.ledger.set_page(state.row, state.answered(answer))
            self._page_done(state, answer.task.number)
        self._close_finished()

    def _page_done(self, state: UnderWay, number: int) -> None:
        self.status.pages_done += 1
        failed = state.failed.get(number)
        if failed is not None:
            self.status.failed(FailedPage(state.document.name, failed.file, failed.page, failed.reason))
        self.progress.page_done(state.document.name, failed is not None)

    def _close_finished(self) -> None:
        for index, state in list(self.open.items()):
            if state.is_read:
                del self.open[index]
                self.outcomes.add(index, self._closed(state))
        self.status.reading = tuple(s.document.name for s in self.open.values())

    def _closed(self, state: UnderWay) -> DocumentResult:
        read, failed = state.read(), [state.failed[n] for n in sorted(state.failed)]
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

    def _close_spools(self) -> None:
        for state in self.open.values():
            state.spool.sync()
            state.spool.close()


class _End:
    """After the last document."""


_END = _End()


def _pages_of(counts: Sequence[int]) -> int:
    """Pages to expect; a file that could not be counted is told as one."""
    return sum(max(1, count) for count in counts)
