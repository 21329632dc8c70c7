"""A simulated engine: pages answer with what was recorded of real ones; all else of a run is real.

The pages are loaded, sent, kept, put together, checked and written as ever; only layout and reading, which cost most of
the time, are replayed. For runs of thousands of pages, and for hundreds of runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from forms import PageContent
from gouji.codec import dump, load
from gouji.reader import EngineFactory
from ocr import EngineOptions, NullDetector, NullRecogniser


def record(scans: Sequence[Path], out: Path, to: Path) -> list[PageContent]:
    """Read ``scans`` with the real engine into ``out``; their pages' contents are written to ``to``."""
    from gouji.batch import run
    from gouji.making import making_of
    from gouji.settings import RunSettings
    from gouji.spool import NAME, Spool
    from gouji.workers import make_engines

    settings = RunSettings()
    result = run(scans, out, settings)
    key = making_of(settings, make_engines).read
    contents = [page.content for d in result.documents for page in Spool(d.folder / NAME, key).pages()]
    if not contents:
        raise SystemExit(f"Nothing could be read of {', '.join(map(str, scans))}.")
    save(contents, to)
    return contents


def save(contents: Sequence[PageContent], to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps([dump(c) for c in contents]), "utf-8")


def engine(recorded: Path, *, seconds: float = 0.0, form_every: int = 1) -> EngineFactory:
    """Engines that take ``seconds`` a page; every ``form_every``-th page has a table, the others their lines alone."""
    return partial(_replaying, str(recorded), seconds, form_every)


def _replaying(recorded: str, seconds: float, form_every: int, options: EngineOptions) -> Any:
    """In the reading process: ``read_page`` answers from the recording."""
    from gouji import page as pages

    contents = [load(PageContent, text) for text in json.loads(Path(recorded).read_text("utf-8"))]

    def read_page(page: Any, number: int, engines: Any) -> pages.PageRead:
        start = time.perf_counter()
        time.sleep(seconds)
        content = renumbered(contents[(number - 1) // form_every % len(contents)], page, number)
        if (number - 1) % form_every:
            content = replace(content, tables=())
        return pages.PageRead(content, (("reading", time.perf_counter() - start),))

    pages.read_page = read_page
    return pages.Engines(NullRecogniser(), NullDetector())


def renumbered(content: PageContent, page: Any, number: int) -> PageContent:
    """The content as if it had stood on another page."""
    return replace(content.counted(number), file=page.file, page_in_file=page.page_in_file)
