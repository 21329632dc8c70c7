"""A document under way: what becomes of each of its pages, and what the ledger is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from forms import PageContent, UnreadableFile
from gouji.inputs import InputFile
from gouji.ledger import PageState
from gouji.page import PageRead
from gouji.page_file import PageFile, PageSize
from gouji.reader import PageAnswer, PageFailure
from gouji.settings import RunSettings
from gouji.spool import PageKey
from gouji.under_way import UnderWay, open_spool
from layout import Document

FILES = tuple(InputFile(f"{n}.tif", f"/scans/a/{n}.tif", 7, 8, f"sha{n}") for n in (1, 2))
KEYS = {1: PageKey(1, "1.tif", 1, "sha1"), 2: PageKey(2, "2.tif", 1, "sha2"), 3: PageKey(3, "2.tif", 2, "sha2")}
SETTINGS = RunSettings()


@pytest.fixture
def state(tmp_path: Path) -> UnderWay:
    document = Document("a", Path("/scans/a"), tuple(Path(f.path) for f in FILES))
    spool = open_spool(tmp_path, FILES, KEYS, SETTINGS, made_with="x", counted=True)
    return UnderWay(7, document, tmp_path, 1, spool, KEYS, {1: FILES[0], 2: FILES[1], 3: FILES[1]})


def size(number: int) -> PageSize:
    return PageSize(KEYS[number].file, KEYS[number].page_in_file, 100, 200, 200.0)


def read(state: UnderWay, number: int) -> PageAnswer:
    content = PageContent(KEYS[number].file, number, 100, 200)
    return PageAnswer(replace(state.task(number, SETTINGS), page=size(number)), PageRead(content, ()), 0.5)


def test_a_page_to_read_is_told_by_its_file_and_its_place_in_it(state: UnderWay) -> None:
    task = state.task(3, SETTINGS)
    assert (task.key, task.number, task.overlay) == ((7, 3), 3, None)
    assert task.page == PageFile(Path("/scans/a/2.tif"), "2.tif", 2, SETTINGS.load, 7, 8)


def test_pages_that_were_read_come_back_by_number(state: UnderWay) -> None:
    told = []
    for number in (2, 1):
        assert state.submitted(number).state == "reading"
        told.append(state.answered(read(state, number)))
    assert told[0] == PageState(2, "2.tif", 1, "sha2", "done", seconds=0.5, tries=1)
    assert (state.seconds, state.waiting, state.is_read) == (1.0, 0, False)
    state.exhausted = True
    assert state.is_read
    assert [page.key for page in state.read()] == [KEYS[1], KEYS[2]]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (PageFailure("It died."), "2.tif, page 2: It died."),
        (PageFailure("2.tif: it died.", placed=True), "2.tif: it died."),
        (UnreadableFile("no picture.", file="2.tif", remedy="Scan it again."), None),
    ],
)
def test_a_page_that_failed_says_where_and_why(
    state: UnderWay, result: PageFailure | UnreadableFile, reason: str | None
) -> None:
    state.submitted(3)
    told = state.answered(PageAnswer(state.task(3, SETTINGS), result, 0.5))
    record = state.failed[3]
    assert (told.state, told.outcome, told.reason, told.tries) == ("failed", "failed", record.reason, 1)
    assert record.reason == (reason or str(result))
    assert (record.kind, record.page, record.page_in_file, record.width, record.seconds) == ("failed", 3, 2, 0, 0.5)
    assert state.waiting == 0 and state.read() == []


def test_a_file_whose_pages_cannot_be_counted_failed_and_waits_for_nothing(state: UnderWay) -> None:
    told = state.uncounted(1)
    assert (told.state, told.tries, state.waiting) == ("failed", 2, 0)
    assert "could not be counted" in told.reason and state.failed[1].reason == told.reason


def test_what_was_read_before_is_kept_for_the_pages_that_there_still_are(state: UnderWay) -> None:
    for number in (1, 2):
        state.submitted(number)
        state.answered(read(state, number))
    state.read()
    changed = {**KEYS, 2: PageKey(2, "2.tif", 1, "other")}

    def kept(keys: dict[int, PageKey], *, made_with: str = "x", counted: bool = True) -> list[int]:
        spool = open_spool(state.folder, FILES, keys, SETTINGS, made_with=made_with, counted=counted)
        found = [page.key.number for page in spool.pages()]
        spool.close()
        return found

    assert kept(KEYS) == [1, 2]
    assert kept(changed, counted=False) == [1, 2]
    assert kept(changed) == [1]
    assert kept(KEYS, made_with="y") == []
