"""What a second run does: nothing twice, and of what has changed just that."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import cv2
import fault_engines
import pytest
from inline_pool import InlinePool
from small_pages import small_page

from forms import OutputError
from gouji import batch
from gouji.batch import BatchResult, Silent, run
from gouji.ledger import NAME as LEDGER
from gouji.settings import RunSettings
from layout import LoadSettings

pytestmark = pytest.mark.usefixtures("inline")
PAGES = 5


@pytest.fixture
def read_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The file of every page that is read from here on."""
    files: list[str] = []

    class Noting(InlinePool):
        def submit(self, task) -> None:
            files.append(f"{Path(task.page.path).parent.name}/{task.page.file}")
            super().submit(task)

    monkeypatch.setattr(batch, "WorkerPool", Noting)
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document of five pages."""
    (tmp_path / "scans" / "a").mkdir(parents=True)
    for number in range(1, PAGES + 1):
        write(tmp_path / "scans" / "a" / f"{number}.png", str(number))
    return tmp_path / "scans"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), small_page(printed=True, text=text))


def read(folder: Path, out: Path, stop: object = None, progress: object = None, **settings: object) -> BatchResult:
    return run(
        [folder],
        out,
        RunSettings(workers=1, **settings),
        engines=fault_engines.sizes,
        stop=stop or (lambda: False),
        progress=progress or Silent(),
    )


@contextlib.contextmanager
def ledger(out: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(out / LEDGER)) as found:
        yield found


class StopsAfter(Silent):
    def __init__(self, pages: int) -> None:
        self.left = pages

    def page_done(self, document: str, failed: bool) -> None:
        self.left -= 1

    def __call__(self) -> bool:
        return self.left <= 0


def test_a_document_that_was_stopped_goes_on_at_its_next_page(folder: Path, tmp_path: Path, read_pages) -> None:
    out = tmp_path / "out"
    stops = StopsAfter(2)
    with pytest.raises(KeyboardInterrupt):
        read(folder, out, stop=stops, progress=stops)
    assert not (out / "a" / "pages.json").exists()
    with ledger(out) as db:
        states = dict(db.execute("SELECT number, state FROM pages"))
        assert [states[n] for n in (1, 2)] == ["done", "done"] and "waiting" in states.values()
        assert db.execute("SELECT state FROM runs").fetchall() == [("stopped",)]
    read_pages.clear()
    result = read(folder, out)
    assert read_pages == [f"a/{n}.png" for n in (3, 4, 5)] and result.exit_code == 0
    read(folder, tmp_path / "undisturbed")
    for name in ("tables/1-1.json", "tables/5-1.html"):
        assert (out / "a" / name).read_bytes() == (tmp_path / "undisturbed" / "a" / name).read_bytes()


def test_nothing_is_done_twice(folder: Path, tmp_path: Path, read_pages) -> None:
    first = read(folder, tmp_path / "out")
    read_pages.clear()
    second = read(folder, tmp_path / "out")
    assert read_pages == [] and second.documents[0].kept
    assert second.total == first.total and second.pages_kept == PAGES


def test_a_changed_page_is_read_again_and_no_other(folder: Path, tmp_path: Path, read_pages) -> None:
    read(folder, tmp_path / "out")
    read_pages.clear()
    write(folder / "a" / "3.png", "777777")
    read(folder, tmp_path / "out")
    assert read_pages == ["a/3.png"]
    read_pages.clear()
    (folder / "a" / "4.png").unlink()
    read(folder, tmp_path / "out")
    assert read_pages == ["a/5.png"], "it is page 4 now"
    assert [p["file"] for p in json.loads((tmp_path / "out" / "a" / "pages.json").read_text("utf-8"))] == [
        f"{n}.png" for n in (1, 2, 3, 5)
    ]


def test_a_file_that_was_only_touched_is_the_same(folder: Path, tmp_path: Path, read_pages) -> None:
    read(folder, tmp_path / "out")
    read_pages.clear()
    os.utime(folder / "a" / "3.png", (1, 1))
    assert read(folder, tmp_path / "out").documents[0].kept and read_pages == []
    source = json.loads((tmp_path / "out" / "a" / "source.json").read_text("utf-8"))
    assert source["files"][2]["mtime_ns"] == 10**9, "the scans are told as they are now"


def test_other_limits_cost_forms_and_no_reading(folder: Path, tmp_path: Path, read_pages) -> None:
    first = read(folder, tmp_path / "out", review_below=0.0)
    read_pages.clear()
    second = read(folder, tmp_path / "out", review_below=1.0)
    assert read_pages == [] and not second.documents[0].kept
    tables = [json.loads((tmp_path / "out" / "a" / "tables" / f"{n}-1.json").read_text("utf-8")) for n in range(1, 6)]
    assert all(cell["needs_review"] for table in tables for cell in table["cells"])
    assert first.total.pages == second.total.pages == PAGES


def test_another_resolution_reads_everything_again(folder: Path, tmp_path: Path, read_pages) -> None:
    read(folder, tmp_path / "out")
    read_pages.clear()
    read(folder, tmp_path / "out", load=LoadSettings(pdf_dpi=300))
    assert len(read_pages) == PAGES


def test_a_page_that_failed_is_tried_again_and_no_other(folder: Path, tmp_path: Path, read_pages) -> None:
    limit = 700 * 500
    (folder / "a" / "6.png").write_text("no image")
    assert read(folder, tmp_path / "out", load=LoadSettings(max_pixels=limit)).exit_code == 3
    with ledger(tmp_path / "out") as db:
        assert db.execute("SELECT number, outcome FROM pages WHERE state = 'failed'").fetchall() == [(6, "failed")]
        (reason,) = db.execute("SELECT reason FROM pages WHERE number = 6").fetchone()
    assert "6.png" in reason
    read_pages.clear()
    write(folder / "a" / "6.png", "6")
    assert read(folder, tmp_path / "out").exit_code == 0 and read_pages == ["a/6.png"]


def test_overlays_that_were_not_drawn_need_the_pages_again(folder: Path, tmp_path: Path, read_pages) -> None:
    out = tmp_path / "out"
    read(folder, out)
    read_pages.clear()
    read(folder, out, overlays=True)
    assert len(read_pages) == PAGES
    (out / "a" / "overlays" / "002.png").unlink()
    read_pages.clear()
    read(folder, out, overlays=True)
    assert read_pages == ["a/2.png"] and len(list((out / "a" / "overlays").iterdir())) == PAGES


def test_two_documents_of_one_name_have_a_folder_each(tmp_path: Path, read_pages) -> None:
    out = tmp_path / "out"
    write(tmp_path / "A" / "x.png", "1")
    write(tmp_path / "B" / "x.png", "22222")
    for _ in range(2):
        (first,) = read(tmp_path / "A" / "x.png", out).documents
        (second,) = read(tmp_path / "B" / "x.png", out).documents
        assert (first.name, second.name) == ("x", "x-2")
    assert len(read_pages) == 2, "and each knows its own"
    assert (out / "x" / "tables" / "1-1.json").read_bytes() != (out / "x-2" / "tables" / "1-1.json").read_bytes()
    together = run(
        [tmp_path / "B" / "x.png", tmp_path / "A" / "x.png"],
        out,
        RunSettings(workers=1),
        engines=fault_engines.sizes,
    )
    assert sorted(d.name for d in together.documents if d.kept) == ["x", "x-2"] and len(read_pages) == 2


def test_scans_that_were_moved_are_known_again(folder: Path, tmp_path: Path, read_pages) -> None:
    read(folder, tmp_path / "out")
    read_pages.clear()
    shutil.move(folder, tmp_path / "elsewhere")
    (document,) = read(tmp_path / "elsewhere", tmp_path / "out").documents
    assert document.kept and document.name == "a" and read_pages == []
    source = json.loads((tmp_path / "out" / "a" / "source.json").read_text("utf-8"))
    assert source["files"][0]["path"] == (tmp_path / "elsewhere" / "a" / "1.png").as_posix()


def test_a_ledger_that_is_lost_costs_no_reading(folder: Path, tmp_path: Path, read_pages) -> None:
    out = tmp_path / "out"
    read(folder, out)
    forms = (out / "a" / "tables" / "1-1.json").read_bytes()
    for file in out.glob("ledger.sqlite*"):
        file.unlink()
    read_pages.clear()
    read(folder, out)
    assert read_pages == [] and (out / "a" / "tables" / "1-1.json").read_bytes() == forms


@pytest.mark.parametrize("damage", ["no database", "torn", "a folder", "of another version"])
def test_a_ledger_that_is_damaged_says_what_to_do(folder: Path, tmp_path: Path, read_pages, damage: str) -> None:
    out = tmp_path / "out"
    read(folder, out)
    path = out / LEDGER
    if damage == "no database":
        path.write_bytes(b"not SQLite" * 1000)
    elif damage == "torn":
        data = bytearray(path.read_bytes())
        data[4096:] = os.urandom(len(data) - 4096)
        path.write_bytes(data)
        with pytest.raises(OutputError):
            read(folder, out)
    elif damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        with ledger(out) as db:
            db.execute("PRAGMA user_version = 99")
    with pytest.raises(OutputError, match=r"ledger\.sqlite") as raised:
        read(folder, out)
    assert "run again" in str(raised.value)
    if damage != "a folder":
        assert "Move it away" in str(raised.value)
        path.rename(tmp_path / "away")
        read_pages.clear()
        assert not read(folder, out).failed and read_pages == []


def test_the_ledger_tells_what_a_page_was_read_from_and_with(folder: Path, tmp_path: Path) -> None:
    read(folder, tmp_path / "out")
    with ledger(tmp_path / "out") as db:
        rows = db.execute(
            "SELECT p.number, p.state, p.outcome, p.sha256, p.tries, p.seconds, m.settings, m.versions, r.state "
            "FROM pages p JOIN makings m ON m.id = p.making JOIN runs r ON r.id = p.run ORDER BY p.number"
        ).fetchall()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [r[:3] for r in rows] == [(n, "done", "text") for n in range(1, PAGES + 1)]
    for _, _, _, sha, tries, seconds, settings, versions, state in rows:
        assert len(sha) == 64 and tries == 1 and seconds > 0 and state == "finished"
        assert "page_seconds" in json.loads(settings) and "numpy" in json.loads(versions)
