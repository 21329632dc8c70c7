"""What a run leaves on disk: kept, redone, apart from one another, and said so when it cannot be written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from pathlib import Path

import cv2
import fault_engines
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pages import small_page

from forms import Cell, Form, OutputError, Source, dump_form
from gouji import batch, closing
from gouji.batch import BatchResult, run
from gouji.output import RESERVED, document_folder, prepare_output
from gouji.settings import RunSettings
from layout import LoadSettings
from reconstruct import Rebuilt

pytestmark = pytest.mark.usefixtures("inline")
ONE = RunSettings(workers=1)


def read(scans: Path, out: Path, **settings: object) -> BatchResult:
    return run([scans], out, RunSettings(workers=1, **settings), engines=fault_engines.sizes)


def stamps(folder: Path) -> dict[str, int]:
    """When the files of the documents were written; not those of the run."""
    return {str(p): p.stat().st_mtime_ns for p in folder.glob("*/**/*") if p.is_file()}


def a_form(text: str = "3.44") -> Form:
    doubtful = Cell(text, 0.4, needs_review=True, page=1, raw=text)
    return Form("2020", (Source("1.png", 1),), project=Cell("宣传经费", page=1), year=doubtful)


@pytest.fixture
def one_form_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every document has one form with one doubtful cell."""

    def rebuilt(contents, templates) -> Rebuilt:
        return Rebuilt((a_form(),), {c.page: "form" for c in contents})

    monkeypatch.setattr(closing, "rebuild", rebuilt)


def test_a_finished_document_is_kept_and_still_counts(tmp_path: Path, scans, one_form_each: None) -> None:
    folder, out = scans(a=False), tmp_path / "out"
    first = read(folder, out)
    before = stamps(out)
    second = read(folder, out)
    assert stamps(out) == before
    (kept,), (fresh,) = second.documents, first.documents
    assert kept.kept and not fresh.kept
    assert kept.form_files == fresh.form_files and [dump_form(f) for f in kept.forms] == [
        dump_form(f) for f in fresh.forms
    ]
    assert [(p.file, p.page, p.kind) for p in kept.pages] == [(p.file, p.page, p.kind) for p in fresh.pages]
    assert first.exit_code == second.exit_code == 1, "the cells to review are still there"


def test_the_scans_of_a_document_can_be_found_again(tmp_path: Path, scans) -> None:
    folder, out = scans(a=False), tmp_path / "out"
    (folder / "a" / "2.png").symlink_to(folder / "nowhere.png")
    read(folder, out, load=LoadSettings(max_pixels=400_000))
    source = json.loads((out / "a" / "source.json").read_text("utf-8"))
    info = (folder / "a" / "1.png").stat()
    assert source == {
        "schema": "gouji.source/1",
        "files": [
            {
                "label": "1.png",
                "path": (folder / "a" / "1.png").as_posix(),
                "bytes": info.st_size,
                "mtime_ns": info.st_mtime_ns,
            },
            {"label": "2.png", "path": (folder / "a" / "2.png").as_posix(), "bytes": -1, "mtime_ns": -1},
        ],
        "load": {"pdf_dpi": 200.0, "max_pixels": 400_000},
    }
    assert LoadSettings(**source["load"]) == LoadSettings(max_pixels=400_000)


def test_overwrite_reads_it_again(tmp_path: Path, scans, one_form_each: None) -> None:
    folder, out = scans(a=False), tmp_path / "out"
    read(folder, out)
    stale = out / "a" / "forms" / "07-of an earlier reading.json"
    stale.write_text("{}")
    before = stamps(out)
    result = read(folder, out, overwrite=True)
    assert not result.documents[0].kept and not stale.exists()
    after = stamps(out)
    assert all(after[p] != before[p] for p in after) and set(after) == set(before) - {str(stale)}


@pytest.mark.parametrize("change", ["page added", "page gone", "form broken", "pages.json broken", "a failed page"])
def test_what_is_not_finished_any_more_is_read_again(tmp_path: Path, scans, one_form_each: None, change: str) -> None:
    folder, out = scans(a=False), tmp_path / "out"
    if change == "a failed page":
        (folder / "a" / "2.png").write_text("no image")
    if change == "page gone":
        shutil.copy(folder / "a" / "1.png", folder / "a" / "2.png")
    read(folder, out)
    if change in ("page added", "a failed page"):
        shutil.copy(folder / "a" / "1.png", folder / "a" / "2.png")
    elif change == "page gone":
        (folder / "a" / "2.png").unlink()
    else:
        next((out / "a").glob("forms/*.json" if change == "form broken" else "pages.json")).write_text('{"x":')
    (document,) = read(folder, out).documents
    assert not document.kept
    pages = json.loads((out / "a" / "pages.json").read_text("utf-8"))
    assert [p["kind"] for p in pages] == ["form"] * (2 if change in ("page added", "a failed page") else 1)
    assert len(list((out / "a" / "forms").iterdir())) == 1


def test_documents_called_like_a_runs_own_files(tmp_path: Path) -> None:
    names = ["forms", "forms_", "Tables", "pages.json", "a/forms", "a"]
    scans, out = tmp_path / "scans", tmp_path / "out"
    for name in names:
        (scans / name).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(scans / name / "1.png"), small_page(printed=True))
    result = read(scans, out)
    assert sorted(d.name for d in result.documents) == sorted(names) and not result.failed
    assert len({d.folder for d in result.documents}) == len(names)
    for document in result.documents:
        assert (document.folder / "pages.json").is_file() and (document.folder / "tables" / "1-1.json").is_file()
    again = read(scans, out)
    assert all(d.kept for d in again.documents), "no document cleared another's files"


PART = st.sampled_from([*RESERVED, "a", "b"]).flatmap(
    lambda name: st.integers(0, 2).map(lambda k: name + "_" * k)
) | st.text("abcf_.", min_size=1, max_size=4).filter(lambda t: t.strip("."))


@given(st.lists(st.lists(PART, min_size=1, max_size=3).map("/".join), min_size=2, max_size=8, unique=True))
def test_different_names_never_share_a_folder(names: list[str]) -> None:
    folders = [document_folder(Path("out"), name) for name in names]
    assert len(set(folders)) == len(names)
    assert not any(part.casefold() in RESERVED for f in folders for part in f.parts)


def test_overlays_are_drawn_and_never_read_as_scans(tmp_path: Path, scans) -> None:
    folder = scans(a=True)
    for _ in range(2):
        result = read(folder, folder / "results", overlays=True, overwrite=True)
        assert [d.name for d in result.documents] == ["a"], "results lie in the input folder, and are no input"
    drawn = cv2.imread(str(folder / "results" / "a" / "overlays" / "001.png"))
    assert drawn is not None and drawn.shape[:2] == (700, 500)
    assert [s.reason for s in result.search.skipped if s.path.name == "overlays"] == ["overlays that a run has drawn"]
    mine = tmp_path / "mine" / "overlays"
    shutil.copytree(folder / "a", mine)
    assert [d.name for d in read(tmp_path / "mine", tmp_path / "out").documents] == ["overlays"], "a user's own folder"


def test_an_output_folder_that_is_a_file(tmp_path: Path, scans) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(OutputError, match=r"out.*A file stands where a folder is needed"):
        read(scans(a=False), out)
    assert out.read_text() == "mine"


def test_an_output_folder_without_permission(tmp_path: Path, scans, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, *args: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    folder = scans(a=False)
    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(OutputError, match=r"Permission denied.*may write to"):
        read(folder, tmp_path / "out")


def test_one_documents_folder_that_cannot_be_written(tmp_path: Path, scans) -> None:
    folder, out = scans(a=False, b=False, c=False), tmp_path / "out"
    out.mkdir()
    (out / "b").write_text("a file in the way")
    result = read(folder, out)
    kinds = {d.name: [p.kind for p in d.pages] for d in result.documents}
    assert kinds == {"a": ["text"], "b": ["failed"], "c": ["text"]} and result.exit_code == 3
    ((name, page),) = result.failed
    assert name == "b" and "cannot be written" in page.reason and "-o" in page.reason
    assert (out / "b").read_text() == "a file in the way"


def test_a_disk_that_fills_up_stops_the_run_and_keeps_what_is_finished(
    tmp_path: Path, scans, one_form_each: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = scans(a=False, b=False, c=False), tmp_path / "out"
    honest, full = os.fsync, False

    def fsync(file: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(file)

    class Fills(batch.Silent):
        def document_done(self, result: batch.DocumentResult) -> None:
            nonlocal full
            full = True

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"No space left on device\. The disk is full: free some space"):
        run([folder], out, ONE, engines=fault_engines.sizes, progress=Fills())
    assert (out / "a" / "pages.json").is_file()
    assert not list(out.glob("[bc]/pages.json")) and not list(out.rglob("*.part")), "nothing half written"
    full = False
    monkeypatch.undo()
    assert [d.kept for d in read(folder, out).documents] == [True, False, False]


def test_a_disk_that_is_really_full(tmp_path: Path, scans) -> None:
    out = tmp_path / "small"
    out.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(out)], capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        (out / "ballast").write_bytes(bytes(230_000))
        with pytest.raises(OutputError, match="disk is full"):
            read(scans(a=False), out / "results")
        (out / "ballast").unlink()
        assert not read(tmp_path / "scans", out / "results").failed
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_the_probe_leaves_nothing(tmp_path: Path) -> None:
    prepare_output(tmp_path / "new" / "out")
    assert list((tmp_path / "new" / "out").iterdir()) == []


def test_a_file_that_vanishes_while_the_run_is_under_way(tmp_path: Path, scans) -> None:
    folder, out = scans(a=False), tmp_path / "out"
    for number in (2, 3, 4, 5, 6):
        shutil.copy(folder / "a" / "1.png", folder / "a" / f"{number}.png")

    class Deletes(batch.Silent):
        def expect(self, pages: int) -> None:
            assert pages == 6
            (folder / "a" / "5.png").unlink()

    result = run([folder], out, ONE, engines=fault_engines.sizes, progress=Deletes())
    pages = json.loads((out / "a" / "pages.json").read_text("utf-8"))
    assert [(p["file"], p["kind"]) for p in pages] == [
        (f"{n}.png", "failed" if n == 5 else "text") for n in range(1, 7)
    ]
    assert "5.png: the file does not exist." in pages[4]["reason"] and "put it back and run again" in pages[4]["reason"]
    assert result.exit_code == 3
    shutil.copy(folder / "a" / "1.png", folder / "a" / "5.png")
    assert read(folder, out).exit_code == 0, "put back and run again"
