from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box, Cell, Finding, Form, FormFileError, Indicator, dump_form, form_from_dict, form_to_dict, read_form

GOLDEN = Path(__file__).parent / "golden" / "form.json"

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
PROBABILITIES = st.floats(0, 1)


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    left, top = draw(st.floats(-10, 3000)), draw(st.floats(-10, 3000))
    return Cell(
        text=draw(TEXTS),
        confidence=draw(PROBABILITIES),
        needs_review=draw(st.booleans()),
        box=Box(left, top, left + draw(st.floats(0, 500)), top + draw(st.floats(0, 500))),
        page=draw(st.integers(0, 500)),
        raw=draw(TEXTS),
        origin=draw(st.sampled_from(["read", "repaired", "corrected", "absent"])),
        alternatives=tuple(draw(st.lists(st.tuples(TEXTS, PROBABILITIES), max_size=3))),
        reasons=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


def test_golden_file_is_exact(form: Form) -> None:
    """``GOUJI_REGENERATE=1`` writes the file anew and fails, so that it cannot be left on."""
    if os.environ.get("GOUJI_REGENERATE"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(dump_form(form), "utf-8")
        pytest.fail("the golden file was written anew: look at the difference and run without GOUJI_REGENERATE")
    assert dump_form(form) == GOLDEN.read_text("utf-8")


def test_reading_gives_back_what_was_written(form: Form) -> None:
    read = read_form(GOLDEN)
    assert dump_form(read) == GOLDEN.read_text("utf-8")
    for address, cell in form.cells():
        wanted = replace(
            cell,
            confidence=round(cell.confidence, 6),
            box=Box(*cell.box.pixels()),
            alternatives=tuple((text, round(p, 6)) for text, p in cell.alternatives),
        )
        assert read.cell(address) == wanted
    assert (read.findings, read.sources, read.template) == (form.findings, form.sources, form.template)


@given(cells(), cells(), st.lists(cells(), max_size=3))
def test_any_form_survives_the_file(one: Cell, two: Cell, many: list[Cell]) -> None:
    rows = tuple(Indicator(level3=cell, basis=cell if cell.needs_review else None) for cell in many)
    text = dump_form(Form("t", title=one, note=two, indicators=rows))
    again = form_from_dict(json.loads(text))
    assert dump_form(again) == text
    assert again.title.text == one.text and again.title.raw == one.raw and len(again.indicators) == len(many)


def test_optional_cells_are_left_out_not_null(form: Form) -> None:
    data = form_to_dict(replace(form, note=None))
    assert "note" not in data and "basis" not in data["indicators"][0] and "basis" in data["indicators"][1]


def test_reasons_are_kept_where_there_are_any_and_left_out_where_not(form: Form) -> None:
    doubted = form.with_cells({"title": form.title.with_review("faint").with_review("a seal lies over it")})
    data = form_to_dict(doubted)
    assert data["title"]["reasons"] == ["faint", "a seal lies over it"] and "reasons" not in data["year"]
    assert form_from_dict(data).title.reasons == ("faint", "a seal lies over it")


def damaged(form: Form, path: str, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(form_to_dict(form))
    *way, last = path.split("/")
    node: Any = data
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    if value is KeyError:
        del node[last]
    else:
        node[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("schema", "gouji.form/2", "schema"),
        ("schema", KeyError, "schema"),
        ("colour", "red", "colour"),
        ("title", "项目支出绩效自评表", "title"),
        ("title/confidence", 1.5, "title.confidence"),
        ("title/confidence", float("nan"), "title.confidence"),
        ("title/box", [1, 2, 3], "title.box"),
        ("title/box", [9, 2, 3, 4], "right < left"),
        ("title/box", [0, 0, float("inf"), 1], "not a number"),
        ("title/origin", "guessed", "title.origin"),
        ("title/text", None, "title.text"),
        ("title/colour", "red", "title.colour"),
        ("funds/0/rate", KeyError, "funds.0.rate"),
        ("indicators", {}, "indicators"),
        ("findings/0/severity", "fatal", "findings.0.severity"),
    ],
)
def test_what_breaks_the_schema_is_named(form: Form, path: str, value: Any, said: str) -> None:
    with pytest.raises(FormFileError) as caught:
        form_from_dict(damaged(form, path, value), where="forms/01.json")
    assert "forms/01.json" in str(caught.value) and said in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("data", [None, [], "form", 3, {}])
def test_what_is_no_form_at_all_is_refused(data: Any) -> None:
    with pytest.raises(FormFileError, match=r"is not a gouji\.form/1 form"):
        form_from_dict(data)


def test_many_faults_are_counted() -> None:
    with pytest.raises(FormFileError, match=r"\(and \d+ more\)"):
        form_from_dict({"schema": "gouji.form/1"})


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no JSON"), (b"{", "no JSON"), ("表".encode("gbk"), "UTF-8"), (b"[1, 2]", "top level")],
)
def test_a_file_that_is_no_form_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FormFileError) as caught:
        read_form(path)
    assert str(path) in str(caught.value) and said in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(FormFileError, match="cannot be read"):
            read_form(path)


def test_findings_may_be_left_out(form: Form) -> None:
    data = form_to_dict(form)
    del data["findings"]
    assert form_from_dict(data).findings == ()
    assert isinstance(form_from_dict(form_to_dict(form)).findings[0], Finding)
