"""The scans of a run found again for the review station; and what its commands refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from gouji.cli import app
from gouji.review_pages import RunPages
from review import Station
from review.runs import RunFolder
from review.web import ScanMissing


def put(path: Path, shade: int, size: tuple[int, int] = (30, 20)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, shade).save(path)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two documents with one page file each, of the same name; the second lies on its side, somewhat askew."""
    for document, shade, turn in (("a", 10, 0), ("b/c", 200, 90)):
        scan = put(tmp_path / "scans" / document / "001.png", shade)
        folder = tmp_path / "out" / document
        (folder / "forms").mkdir(parents=True)
        page = {"file": "001.png", "page": 1, "page_in_file": 1, "width": 30, "height": 20, "kind": "form"}
        failed = {**page, "page": 2, "width": 0, "height": 0, "kind": "failed", "rotation": 0, "skew": 0.0}
        (folder / "pages.json").write_text(json.dumps([{**page, "rotation": turn, "skew": turn / 100}, failed]))
        info = scan.stat()
        file = {"label": "001.png", "path": str(scan), "bytes": info.st_size, "mtime_ns": info.st_mtime_ns}
        load = {"pdf_dpi": 200.0, "max_pixels": 1000}
        (folder / "source.json").write_text(json.dumps({"schema": "gouji.source/1", "files": [file], "load": load}))
    return tmp_path / "out"


def pages_of(out: Path, scans: Path | None = None) -> RunPages:
    return RunPages(RunFolder(out), scans)


def shade(pixels: Any) -> int:
    return int(np.unique(pixels)[0])


def test_pages_are_found_where_the_run_read_them(out: Path) -> None:
    pages = pages_of(out)
    (first,), (second,) = pages.pages("a"), pages.pages("b/c")  # a page that failed has nothing to show
    assert (first.width, first.height, first.turn, second.turn) == (30, 20, 0.0, 90.9)
    assert first.version != second.version
    assert (shade(pages.pixels("a", 1)), shade(pages.pixels("b/c", 1))) == (10, 200)
    assert pages.missing(["a", "b/c"]) == []
    with pytest.raises(ScanMissing, match="has no page 2"):
        pages.pixels("a", 2)


def test_moved_scans_are_found_below_the_folder_that_is_named(out: Path, tmp_path: Path) -> None:
    (tmp_path / "scans").rename(tmp_path / "moved")
    with pytest.raises(ScanMissing, match=r"a, page 1: the scan .*001.png is not there any more.*--scans"):
        pages_of(out).pixels("a", 1)
    assert len(pages_of(out).missing(["a", "b/c"])) == 2
    pages = pages_of(out, tmp_path / "moved")
    assert (shade(pages.pixels("a", 1)), shade(pages.pixels("b/c", 1))) == (10, 200)
    put(tmp_path / "elsewhere/001.png", 99, (300, 20))
    with pytest.raises(ScanMissing, match="not below"):  # a file of that name and another size is another file
        pages_of(out, tmp_path / "elsewhere").pixels("a", 1)


def test_another_picture_in_its_place_is_not_shown(out: Path, tmp_path: Path) -> None:
    put(tmp_path / "scans/a/001.png", 10, (31, 20))
    with pytest.raises(ScanMissing, match="has another picture than when it was read"):
        pages_of(out).pixels("a", 1)


def test_a_run_of_before_is_shown_with_the_folder_named(out: Path, tmp_path: Path) -> None:
    (out / "b/c/source.json").unlink()
    with pytest.raises(ScanMissing, match="--scans"):
        pages_of(out).pixels("b/c", 1)
    assert shade(pages_of(out, tmp_path / "scans").pixels("b/c", 1)) == 200


@pytest.mark.parametrize("document", ["none", "..", "../scans/a", "/etc"])
def test_other_folders_are_no_documents(out: Path, document: str) -> None:
    with pytest.raises(Exception, match=r"no document|cannot be read"):
        pages_of(out).pages(document)


def test_a_page_that_is_damaged_since_is_said(out: Path, tmp_path: Path) -> None:
    (tmp_path / "scans/a/001.png").write_bytes(b"no picture")
    with pytest.raises(ScanMissing, match=r"a: 001\.png"):
        pages_of(out).pixels("a", 1)


def test_a_document_read_again_has_pages_of_another_version(out: Path) -> None:
    pages = pages_of(out)
    before = pages.pages("a")[0].version
    source = json.loads((out / "a/source.json").read_text())
    source["files"][0]["mtime_ns"] += 1_000_000_000
    (out / "a/source.json").write_text(json.dumps(source) + " ")
    assert pages.pages("a")[0].version != before


# ---- commands


def test_people_are_managed_at_the_command_line(out: Path) -> None:
    runner = CliRunner()
    added = runner.invoke(app, ["review-users", "add", str(out), "anna", "--role", "senior"], input="a long password\n")
    assert added.exit_code == 0, added.output
    assert runner.invoke(app, ["review-users", "disable", str(out), "anna"]).exit_code == 0
    listed = runner.invoke(app, ["review-users", "list", str(out)])
    assert listed.output.split("\t")[:2] == ["anna", "senior"] and "locked out" in listed.output
    station = Station(out)
    assert [(u.name, u.disabled) for u in station.users()] == [("anna", True)]
    station.close()
    for arguments in (["add", str(out), "bo", "--role", "king"], ["disable", str(out), "nobody"]):
        assert runner.invoke(app, ["review-users", *arguments]).exit_code != 0


def test_a_header_is_believed_from_named_proxies_only(out: Path) -> None:
    failed = CliRunner().invoke(app, ["review", str(out), "--users-from-header", "X-Remote-User", "--no-browser"])
    assert failed.exit_code != 0
    assert "--trusted-proxy" in str(failed.exception)
    failed = CliRunner().invoke(app, ["review", str(out), "--trusted-proxy", "everywhere", "--no-browser"])
    assert "everywhere" in str(failed.exception)
