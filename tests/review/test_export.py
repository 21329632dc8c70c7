from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms import UsageError, read_form
from review import Station, User

FIRST = "a/forms/01-甲.json"


@pytest.fixture
def corrected(station: Station, anna: User) -> Station:
    item = station.take(anna, FIRST, "total.score")
    station.confirm(anna, FIRST, "total.score", "95.00", version=item.version)
    return station


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("forms/*.json")}


def test_exports_beside_the_readings(corrected: Station, out: Path) -> None:
    before = snapshot(out)
    paths = corrected.export()
    assert sorted(p.relative_to(out).as_posix() for p in paths) == [
        "a/reviewed/01-甲.json", "a/reviewed/02-乙.json", "b/c/reviewed/01-丙.json",
    ]  # fmt: skip
    form = read_form(out / "a/reviewed/01-甲.json")
    assert (form.total.score.text, form.total.score.origin, form.total.score.raw) == ("95.00", "corrected", "96.00")
    assert [f.rule for f in form.findings] == ["total-score"]
    book = load_workbook(out / "a/reviewed/report.xlsx")
    assert any(cell.value == "95.00" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert snapshot(out) == before
    assert corrected.refresh() == 0  # what was written is not taken for readings


def test_exports_a_run_of_its_own(corrected: Station, out: Path, tmp_path: Path, anna: User, opened) -> None:
    destination = tmp_path / "corrected"
    corrected.export(destination)
    assert set(snapshot(destination)) == set(snapshot(out))
    assert read_form(destination / FIRST).total.score.text == "95.00"
    assert (destination / "b/c/pages.json").read_bytes() == (out / "b/c/pages.json").read_bytes()
    corrected.undo(anna)
    corrected.export(destination)
    assert read_form(destination / FIRST).total.score.text == "96.00"
    (out / "a/forms/02-乙.json").unlink()
    corrected.refresh()
    corrected.export(destination)
    assert "a/forms/02-乙.json" not in snapshot(destination)


@pytest.mark.parametrize("place", [".", "a", "a/forms", ".."])
def test_no_export_onto_the_readings(corrected: Station, out: Path, place: str) -> None:
    before = snapshot(out)
    with pytest.raises(UsageError):
        corrected.export(out / place)
    assert snapshot(out) == before


def test_everything_flagged_is_right_after_review(tmp_path: Path, anna: User, put_run, opened, small) -> None:
    """A run whose readings are wrong in doubted cells and in one undoubted: afterwards only that one is wrong."""
    truth = small("甲")
    read = small("甲", total__score="90", unit="第—中学", indicators__1__weight="80")
    silent = read.with_cells({"goals.expected": truth.goals.actual})
    folder = put_run(tmp_path / "wrong", {"d/forms/01.json": silent})
    mine = opened(folder)
    while (item := mine.next(anna)) is not None:
        right = truth.cell(item.address).text
        mine.confirm(anna, item.form_id, item.address, right, version=item.version, seconds=1)
    mine.export(tmp_path / "after")
    after = read_form(tmp_path / "after/d/forms/01.json")
    wrong = {a: c.needs_review for a, c in after.cells() if c.text != truth.cell(a).text}
    assert wrong == {"goals.expected": False}
    assert not any(c.needs_review for _, c in after.cells())
    assert after.findings == ()
