"""A document under way: what there is to read of it, and what became of the pages that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from export.pages import PageRecord
from forms import InputError
from layout import Document

from .inputs import InputFile
from .ledger import PageState
from .output import drawn, overlay_file, prepare
from .page_file import PageFile
from .reader import PageAnswer, PageFailure, PageTask
from .settings import RunSettings
from .source import write_source
from .spool import NAME as SPOOL
from .spool import PageKey, Spool, SpooledPage


@dataclass
class UnderWay:
    """A document that was opened. ``keys`` and ``files`` by the pages' numbers; ``failed``: those that could not be
    read; ``waiting``: how many are being read; ``exhausted``: all were given to be read; ``row``: in the ledger."""

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

    @property
    def is_read(self) -> bool:
        return self.exhausted and self.waiting == 0

    def task(self, number: int, settings: RunSettings) -> PageTask:
        """The page to read."""
        file, key = self.files[number], self.keys[number]
        page = PageFile(Path(file.path), file.label, key.page_in_file, settings.load, file.bytes, file.mtime_ns)
        overlay = overlay_file(self.folder, number) if settings.overlays else None
        return PageTask((self.index, number), page, number, overlay)

    def submitted(self, number: int) -> PageState:
        """A page was given to be read; what the ledger is told of it."""
        self.waiting += 1
        return self._state(number, "reading")

    def uncounted(self, number: int) -> PageState:
        """A file that ends or stops whoever looks at it is a page that failed, tried again by the next run."""
        key = self.keys[number]
        reason = (
            f"{key.file}: its pages could not be counted: the process that looked at it died or took too long, twice. "
            "Print it to a new PDF, or scan it again."
        )
        self.failed[number] = PageRecord(key.file, number, key.page_in_file, kind="failed", reason=reason)
        return self._state(number, "failed", tries=2)

    def answered(self, answer: PageAnswer) -> PageState:
        """What was read goes into the spool; of a page that could not be read, why is kept. What the ledger is told."""
        number, page, result = answer.task.number, answer.task.page, answer.result
        key, tries = self.keys[number], answer.task.tries + 1
        self.waiting -= 1
        self.seconds += answer.seconds
        if not isinstance(result, PageFailure | InputError):
            assert not isinstance(page, PageFile)
            self.spool.append(
                SpooledPage(key, page.width, page.height, page.dpi, answer.seconds, result.seconds, result.content)
            )
            return self._state(number, "done", answer.seconds, tries)
        placed = isinstance(result, InputError) or result.placed
        reason = str(result) if isinstance(result, InputError) else result.reason
        reason = reason if placed else f"{key.file}, page {key.page_in_file}: {reason}"
        size = (0, 0, None) if isinstance(page, PageFile) else (page.width, page.height, page.dpi)
        self.failed[number] = PageRecord(
            key.file, number, key.page_in_file, *size, kind="failed", reason=reason, seconds=answer.seconds
        )
        return self._state(number, "failed", answer.seconds, tries)

    def read(self) -> list[SpooledPage]:
        """What was read of its pages, in their order; the spool is closed."""
        self.spool.sync()
        found = list(self.spool.pages({key for number, key in self.keys.items() if number not in self.failed}))
        self.spool.close()
        return found

    def _state(self, number: int, state: str, seconds: float = 0.0, tries: int = 0) -> PageState:
        key, failed = self.keys[number], self.failed.get(number)
        outcome, reason = ("failed", failed.reason) if failed is not None else ("", "")
        return PageState(number, key.file, key.page_in_file, key.sha256, state, outcome, reason, seconds, tries)


def open_spool(
    folder: Path,
    inputs: Sequence[InputFile],
    keys: Mapping[int, PageKey],
    settings: RunSettings,
    *,
    made_with: str,
    counted: bool,
) -> Spool:
    """Make a document's folder ready for its pages to be read; what was read of them before, ``made_with`` the same.

    ``counted``: all its pages are known; else what was read of others is kept for the run that can count them. Raises
    ``OutputError`` or ``OSError`` where the folder cannot be written.
    """
    prepare(folder, drawn(folder) if settings.overlays and not settings.overwrite else ())
    if settings.overwrite:
        (folder / SPOOL).unlink(missing_ok=True)
    write_source(folder, inputs, settings.load)
    spool = Spool(folder / SPOOL, made_with)
    there = drawn(folder) if settings.overlays else {overlay_file(folder, n).name for n in keys}
    if counted:
        spool.keep_only({k for n, k in keys.items() if k.sha256 and overlay_file(folder, n).name in there})
    return spool
