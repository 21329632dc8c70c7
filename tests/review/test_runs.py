from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from forms import FormFileError, UnreadableFile
from review import NoSuchCell, Station, User, WrongRun
from review.runs import RunFolder

FIRST = "a/forms/01-甲.json"


def test_forms_and_documents_have_stable_names(out: Path) -> None:
    folder = RunFolder(out)
    assert [f.form_id for f in folder.forms()] == [FIRST, "a/forms/02-乙.json", "b/c/forms/01-丙.json"]
    assert folder.documents() == ["a", "b/c"]
    assert folder.read(FIRST) is folder.read(FIRST)
    assert folder.pages("a")[0]["file"] == "001.jpg"
    assert folder.pages("b") == []


def test_no_path_leads_outside(out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "forms"
    secret.mkdir()
    (secret / "secret.json").write_bytes((out / FIRST).read_bytes())
    (out / "a/forms/03-link.json").symlink_to(secret / "secret.json")
    (out / "d").symlink_to(tmp_path)
    (out / "a/forms/loop.json").symlink_to("loop.json")
    folder = RunFolder(out)
    wrong = ["a/forms/03-link.json", "d/forms/secret.json", "../forms/secret.json", "a/../../forms/secret.json",
             "a/forms/../forms/01-甲.json", str(secret / "secret.json"), "a/forms/01-甲.json/", "a//forms/01-甲.json",
             "a\\forms\\01-甲.json", "a/pages.json", "review.sqlite", "a/forms", "a/forms/loop.json", "", ".",
             "forms", "a/forms/01-甲.json\0", "x" * 5000 + "/forms/a.json"]  # fmt: skip
    for form_id in wrong:
        with pytest.raises(NoSuchCell):
            folder.path(form_id)
    for document in ("..", "d", "a/../..", "\0", "nowhere"):
        with pytest.raises(NoSuchCell):
            folder.folder(document)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="gouji run"):
        Station.open(tmp_path / "nowhere")


def test_only_what_changed_is_read_again(opened, out: Path) -> None:
    station = opened()
    assert station.refresh() == 0
    (out / FIRST).write_bytes((out / "a/forms/02-乙.json").read_bytes() + b"\n")
    told: list[tuple[int, int]] = []
    assert station.refresh(lambda done, todo: told.append((done, todo))) == 1
    assert told == [(1, 1)]
    assert station.form(FIRST).form.project.text == "项目1"


def test_forms_that_are_gone_leave_and_their_log_stays(opened, out: Path, anna: User) -> None:
    station = opened()
    item = station.take(anna, FIRST, "total.score")
    station.confirm(anna, FIRST, "total.score", "95.00", version=item.version)
    data = (out / FIRST).read_bytes()
    (out / FIRST).unlink()
    station.refresh()
    assert FIRST not in [r.form_id for r in station.forms()]
    with pytest.raises(NoSuchCell):
        station.form(FIRST)
    (out / FIRST).write_bytes(data)
    station.refresh()
    assert station.form(FIRST).form.total.score.text == "95.00"


def test_forms_that_cannot_be_used_are_named(opened, out: Path) -> None:
    (out / "a/forms/04-bad.json").write_text("{")
    (out / "a/forms/05-bad.json").write_text('{"schema": "other"}')
    (out / "a/forms/06-bad.json").symlink_to("/etc/hostname")
    station = opened()
    assert set(station.skipped) == {f"a/forms/0{k}-bad.json" for k in (4, 5, 6)}
    assert len(station.forms()) == 3
    with pytest.raises(NoSuchCell):
        station.form("a/forms/04-bad.json")
    with pytest.raises(FormFileError):
        RunFolder(out).read("a/forms/04-bad.json")


def test_names_and_texts_that_databases_dislike(opened, tmp_path: Path, small, put_run, anna: User) -> None:
    form = small("a\0b\udc80")
    form = form.with_cells({"unit": replace(form.unit, text="x\0y", needs_review=True, confidence=0.5)})
    folder = put_run(tmp_path / "odd ?%20#x", {'d/forms/it\'s "odd" %s.json': form})
    Path(os.fsdecode(os.fsencode(folder) + b"/d/forms/\xff.json")).write_text("{}")
    station = opened(folder)
    assert len(station.skipped) == 1
    item = station.next(anna)
    assert item is not None and item.address == "unit"
    station.confirm(anna, item.form_id, "unit", "xy", version=item.version)
    assert station.form(item.form_id).form.unit.text == "xy"


def test_a_database_serves_one_run(opened, tmp_path: Path, url: str | None, small, put_run) -> None:
    opened()
    if url is None:
        pytest.skip("SQLite's database lies in the run")
    other = put_run(tmp_path / "other", {"z/forms/01.json": small()})
    with pytest.raises(WrongRun, match="another run"):
        opened(other)


def test_an_empty_run(opened, tmp_path: Path, anna: User) -> None:
    (tmp_path / "empty").mkdir()
    station = opened(tmp_path / "empty")
    assert station.next(anna) is None
    assert station.counts().open == 0 and station.documents() == [] and station.groups() == []
    assert station.export() == []
