"""The always-right reviewer finds what the paper says by the addresses of the form as it was read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.review_truth import answers, pairs
from forms import Cell, Form, FundsRow, Indicator, form_to_dict

ROW = {
    "l1": "产出",
    "l2": "数量",
    "l3": "培训人次",
    "target": "100",
    "actual": "98",
    "weight": "10",
    "score": "9",
    "reason": "",
}
TRUTH = {
    "title": "自评表", "year": "2023", "project": "培训", "department": "局", "unit": "校",
    "funds": [{"label": "年度资金总额", "cells": ["1", "2", "3", "10", "100%", "10"]}],
    "goal_expected": "办", "goal_actual": "办了", "total": {"weight": "100", "score": "99"},
    "indicators": [ROW, {**ROW, "l3": "设备购置台数", "target": "3台"}],
}  # fmt: skip


def read(*level3: tuple[str, str]) -> Form:
    rows = tuple(
        Indicator(level3=Cell(name), target=Cell(target), actual=Cell("98"), score=Cell("?")) for name, target in level3
    )
    return replace(Form("2020"), project=Cell("培训"), funds=(FundsRow(),), indicators=rows)


def test_answers_follow_the_rows_as_they_were_read(tmp_path: Path) -> None:
    form = read(("扫描污迹而已啊", "§"), ("设备购置台敛", "3台"))
    for name, text in (("truth/7.json", TRUTH), ("scans/d/scan.json", {"forms": ["7"]})):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(text), "utf-8")
    for document in ("d", "other"):
        (tmp_path / "out" / document / "forms").mkdir(parents=True)
        (tmp_path / "out" / document / "forms/01-a.json").write_text(json.dumps(form_to_dict(form)), "utf-8")
    found = pairs(tmp_path / "out", tmp_path / "truth", tmp_path / "scans")
    assert [pair.form_id for pair in found] == ["d/forms/01-a.json"]
    known = answers(found[0])
    assert known["indicators.1.level3"] == "设备购置台数"
    assert known["indicators.1.weight"] == "10"
    assert not any(address.startswith("indicators.0.") for address in known)  # no true row is like it
    assert (known["funds.0.executed"], known["goals.actual"], known["total.score"]) == ("3", "办了", "99")
