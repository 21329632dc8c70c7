import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.document_errors import fates, main
from benchmarks.injected import printed_forms
from forms import Cell, Finding, Form, dump_form
from scoring import infer

EXPECTED = [("total-score", "total.score")]


def _truth(form: Form) -> dict[str, object]:
    names = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
    keys = ("l1", "l2", "l3", "target", "actual", "weight", "score", "reason")
    columns = ("initial_budget", "annual_budget", "executed", "weight", "rate", "score")
    return {
        **{k: getattr(form, k).text for k in ("title", "year", "project", "department", "unit")},
        "funds": [{"label": r.label.text, "cells": [getattr(r, c).text for c in columns]} for r in form.funds],
        "goal_expected": "",
        "goal_actual": "",
        "indicators": [
            {k: getattr(r, n).text for k, n in zip(keys, names, strict=True)} for r in form.indicators
        ],
        "total": {"weight": form.total.weight.text, "score": form.total.score.text},
    }  # fmt: skip


def _form() -> Form:
    """002-01, whose total is wrong in print; the rows told apart by their third level."""
    form = printed_forms()["002-01"]
    rows = tuple(replace(r, level3=Cell(f"指标{k}" * 3)) for k, r in enumerate(form.indicators))
    return replace(form, indicators=rows, project=Cell("经费"))


def test_a_documents_error_is_found_as_its_own() -> None:
    form = _form()
    found = [f for f in fates("s", "002-01", infer(form), _truth(form), EXPECTED) if f.fate != "extra"]
    assert [(f.fate, f.address) for f in found] == [("document", "total.score")]


def test_what_is_repaired_away_or_missing_is_told() -> None:
    form, truth = _form(), _truth(_form())
    mended = form.with_cells(
        {"total.score": replace(form.total.score, raw="90.5").repaired("91.5", 0.99, "the sum says so")}
    )
    assert {(f.fate, f.address) for f in fates("s", "002-01", mended, truth, EXPECTED)} == {
        ("missing", "total.score"), ("repaired", "total.score"),
    }  # fmt: skip


def test_a_finding_that_should_not_be_there_is_told() -> None:
    made = Finding("rate", "error", ("funds.0.rate",), "made up", "1", "2", verdict="document")
    found = fates("s", "x", replace(_form(), findings=(made,)), _truth(_form()), ())
    assert [(f.fate, f.rule) for f in found] == [("extra", "rate")]


@pytest.mark.parametrize(("repaired", "code"), [(False, 0), (True, 1)])
def test_over_a_run(tmp_path: Path, repaired: bool, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    form = infer(_form())
    for folder in ("results/one/forms", "scans/one", "truth"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "truth/002-01.json").write_text(json.dumps(_truth(_form())), "utf-8")
    (tmp_path / "scans/one/scan.json").write_text('{"forms": ["002-01"]}', "utf-8")
    (tmp_path / "findings.json").write_text(json.dumps({"002-01": EXPECTED}), "utf-8")
    shown = replace(form, findings=()) if repaired else form
    (tmp_path / "results/one/forms/01.json").write_text(dump_form(shown), "utf-8")
    given = [str(tmp_path / name) for name in ("results", "scans", "truth", "findings.json")]
    assert main([given[0], "--scans", given[1], "--truth", given[2], "--findings", given[3]]) == code
    assert ("1 missing" if repaired else "1 document") in capsys.readouterr().out
