from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.review_speed import PROMISED, main, multiply
from forms import Box, Cell, Form, FormFileError, Total, dump_form
from review.runs import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    form = Form("2020", project=Cell("甲", 0.7, True, Box(0, 0, 9, 9), 1, "甲"), total=Total(weight=Cell("100")))
    folder = tmp_path / "run"
    for name in ("a/forms/01.json", "b/c/forms/01.json"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(dump_form(replace(form, title=Cell(name))), "utf-8")
        (folder / name).parents[1].joinpath("pages.json").write_text('[{"page": 1}, {"page": 2}]')
    return folder


def test_copies_until_there_is_enough(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "many"
    cells = sum(1 for _ in Form("2020").cells())
    assert multiply(run, out, pages=7, cells=1) == (8, 4 * cells)
    assert RunFolder(out).documents() == ["copy00001/a", "copy00001/b/c", "copy00002/a", "copy00002/b/c"]
    assert (out / "copy00002/a/forms/01.json").read_bytes() == (run / "a/forms/01.json").read_bytes()
    assert multiply(run, tmp_path / "more", pages=1, cells=6 * cells)[1] == 6 * cells


def test_a_run_without_forms_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormFileError):
        multiply(tmp_path, tmp_path / "out", pages=1, cells=1)


def test_every_call_is_timed(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = tmp_path / "figures.json"
    code = main([str(run), "--pages", "40", "--cells", "1", "--rounds", "5", "--json", str(figures)])
    found = json.loads(figures.read_text("utf-8"))
    calls = {t["call"]: t for t in found["timings"]}
    assert set(PROMISED) | {"confirm", "counts", "list of groups", "live arithmetic", "form"} <= set(calls)
    assert all(t["rounds"] >= 3 and 0 < t["median_ms"] <= t["p95_ms"] * 1.001 for t in calls.values())
    assert (found["size"]["pages"], found["size"]["forms"], found["size"]["open"]) == (40, 20, 20)
    assert found["read_again"] == 0
    assert code == (0 if all(found["kept"].values()) else 1)
    assert "| next cell |" in capsys.readouterr().out
