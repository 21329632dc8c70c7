"""A folder that still fills: every document once it rests, again when it changes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import fault_engines
import pytest
from small_pages import small_page

from gouji.batch import Silent, run
from gouji.results import DocumentResult
from gouji.search import searched
from gouji.settings import RunSettings
from gouji.watch import Watcher
from layout import find_all_documents


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ready(watcher: Watcher) -> list[str]:
    """The names told of until there are none for the moment."""
    names = []
    for document in watcher.documents():
        if document is None:
            return names
        names.append(document.name)
    raise AssertionError("it has no end")


def test_a_document_is_told_of_once_its_files_rest(tmp_path: Path) -> None:
    clock = Clock()
    watcher = Watcher(lambda: find_all_documents([tmp_path]), settle=10, poll=5, clock=clock)
    assert ready(watcher) == []
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / "1.png"
    file.write_bytes(b"half")
    told = []
    for step in range(1, 8):
        clock.now = 5.0 * step
        if step == 2:
            file.write_bytes(b"all of it")
        told.append(ready(watcher))
    assert told == [[], [], [], ["a"], [], [], []], "10 s after it was last written, and once"
    (tmp_path / "a" / "2.png").write_bytes(b"more")
    told = []
    for step in range(8, 12):
        clock.now = 5.0 * step
        told.append(ready(watcher))
    assert told == [[], [], ["a"], []], "a page more"


def test_it_looks_no_more_often_than_it_should(tmp_path: Path) -> None:
    clock, looks = Clock(), []

    def search():
        looks.append(clock.now)
        return find_all_documents([tmp_path])

    watcher = Watcher(search, settle=1, poll=5, clock=clock)
    for tenth in range(101):
        clock.now = tenth / 10
        assert ready(watcher) == []
    assert looks == [0.0, 5.0, 10.0]


@pytest.mark.usefixtures("inline")
def test_a_run_that_follows_a_folder(tmp_path: Path) -> None:
    scans, out, clock = tmp_path / "scans", tmp_path / "out", Clock()

    def add(name: str, number: int) -> None:
        (scans / name).mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(scans / name / f"{number}.png"), small_page(printed=True, text=str(number)))

    class Adds(Silent):
        """Puts scans there while the run goes on."""

        done: tuple[str, ...] = ()

        def document_done(self, result: DocumentResult) -> None:
            self.done = (*self.done, f"{result.name} {result.tally.pages}")
            if len(self.done) == 1:
                add("b", 1)
            elif len(self.done) == 2:
                add("a", 2)

    add("a", 1)
    adds = Adds()

    def search():
        clock.now += 10
        return searched([scans], out)

    watcher = Watcher(search, settle=5, poll=0, clock=clock)
    settings = RunSettings(workers=1)
    result = run(
        [scans],
        out,
        settings,
        engines=fault_engines.sizes,
        progress=adds,
        watch=watcher,
        stop=lambda: len(adds.done) >= 3,
    )
    assert adds.done == ("a 1", "b 1", "a 2")
    assert [d.name for d in result.documents] == ["b", "a"] and result.total.pages == 3, "as they are in the end"
    assert result.exit_code == 0 and len(json.loads((out / "a" / "pages.json").read_text("utf-8"))) == 2
