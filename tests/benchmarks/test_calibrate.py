import json
import math
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.calibrate import IN_PLACE, fit, line_outcome, main, pairs, report
from benchmarks.calibration_fit import RIDGES, chances_of, damages, evidence_of, fit_kind
from forms import Box
from scoring.calibration import default_calibration, features, load_calibration

ROW = {
    "folder": "f1.001-fold0.30+jpeg0.13", "page": "001", "read": "5", "printed": "5", "numeric": True, "right": True,
    "others": [], "overlap": 1.0, "kind": "number", "posterior": 0.99, "weakest": 0.99,
}  # fmt: skip


def _made(count: int, seed: int = 1, blind: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Rows whose chance of an error is that of the log odds 4 * features' weakest - 1; on ``blind`` damage one in ten
    is wrong whatever the reader says."""
    rng = Random(seed)
    rows = []
    for k in range(count):
        damage = rng.choice(("fold", "jpeg", "blur", "noise"))
        weakest = 1.0 - 10.0 ** rng.uniform(-6, -0.1)
        row = {**ROW, "folder": f"f1.{k:03d}-{damage}0.20", "weakest": weakest, "posterior": weakest}
        odds = 4.0 * features(evidence_of(row))["weakest"] - 1.0
        chance = 0.1 if damage in blind else 1.0 / (1.0 + math.exp(-odds))
        rows.append({**row, "right": rng.random() >= chance})
    return rows


def test_damages_are_those_of_the_folders_name() -> None:
    assert damages({"folder": "t72.017-thin-lines0.23+turn0.06+fax0.08"}) == ("thin-lines", "turn", "fax")
    assert damages({"folder": "f71.p002-blur0.22"}) == ("blur",)
    assert damages({"folder": "f71.002-clean"}) == damages({"folder": "f71.002"}) == ("clean",)


def test_rows_of_an_older_collection_lack_what_is_new() -> None:
    assert evidence_of(ROW).support == 1.0
    assert evidence_of({**ROW, "support": 0.5}).support == 0.5


def test_a_model_tells_the_chance_of_an_error() -> None:
    rows = _made(2500)
    model = fit_kind(rows)
    assert model.ridge in RIDGES
    assert all(w >= 0 for w in model.weights.values())
    given = [features(evidence_of(r)) for r in _made(2500, seed=2)]
    true = [1.0 / (1.0 + math.exp(1.0 - 4.0 * g["weakest"])) for g in given]
    found = chances_of(model, given)
    assert sum(abs(t - f) for t, f in zip(true, found, strict=True)) / len(true) < 0.03


def test_no_cell_is_surer_than_the_surest_on_unseen_damage_were() -> None:
    honest, deceived = fit_kind(_made(1500)), fit_kind(_made(1500, blind=("noise",)))
    assert honest.least < 0.01 < deceived.least


def test_what_few_errors_tell_nothing_of_is_as_in_a_kindred_model() -> None:
    rng = Random(5)
    rows = [{**r, "unexplained": rng.uniform(0, 1)} for r in _made(400) if r["right"] or rng.random() < 0.05]
    kindred = {"weakest": 4.0, "unexplained": 2.0}
    alone_, shrunk = fit_kind(rows), fit_kind(rows, kindred)
    assert abs(shrunk.weights["unexplained"] - 2.0) < abs(alone_.weights.get("unexplained", 0.0) - 2.0)
    many = fit_kind(_made(2500), {"weakest": 0.0})
    assert many.weights["weakest"] > 1.0, "what many errors tell stands"


def test_without_errors_or_rows_there_is_still_a_model() -> None:
    right = [{**ROW, "kind": "mark"} for _ in range(50)]
    assert fit_kind(right).wrong == 0
    assert fit_kind(right).least == pytest.approx(0.01)
    assert fit_kind([]).weights == {}


def test_the_fit_is_a_file_that_the_reader_loads(tmp_path: Path) -> None:
    path = tmp_path / "calibration.toml"
    path.write_text(fit([r for k in ("text", "number", "mark", "blank") for r in _of(k)], "test"), "utf-8")
    loaded = load_calibration(path)
    assert loaded.kinds["number"].cells == 200
    assert loaded.provenance == "test"


def _of(kind: str) -> list[dict[str, Any]]:
    return [{**r, "kind": kind} for r in _made(200)]


def test_the_report_goes_by_column_by_kind_and_by_damage() -> None:
    lines = list(report([*_made(300), {**ROW, "numeric": False, "kind": "text"}], default_calibration()))
    names = [line[:22].strip() for line in lines[1:]]
    assert names[:2] == ["numeric", "text"]
    assert {"read as number", "blur, numeric", "all"} <= set(names)
    assert "read as blank" not in names


def test_pairs_name_their_page_and_confidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**ROW, "read": "8", "right": False}, {**ROW, "read": "-", "printed": "—"}, {**ROW, "numeric": False}]
    found = list(pairs(rows))
    assert [pair[:3] for pair in found] == [
        ("5", "8", "f1.001-fold0.30+jpeg0.13/001"), ("—", "—", "f1.001-fold0.30+jpeg0.13/001"),
    ]  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    assert main(["pairs", str(path)]) == 0
    assert len(capsys.readouterr().out.splitlines()[0].split("\t")) == 4


def test_a_line_outside_tables_is_held_against_the_line_printed_around_its_middle() -> None:
    printed = [
        {"box": [100, 100, 500, 160], "text": "项目支出绩效自评表"},
        {"box": [100, 170, 300, 200], "text": "(2023年度)"},
    ]
    title = line_outcome("项目支出绩效自评表", Box(104, 112, 496, 150), printed)
    half = line_outcome("项目支出", Box(104, 112, 300, 150), printed)
    nothing = line_outcome("1", Box(700, 400, 710, 420), printed)
    assert title["right"] and title["overlap"] > IN_PLACE
    assert not half["right"] and half["overlap"] == pytest.approx(0.49)
    assert nothing["printed"] is None and nothing["overlap"] == 0 and not nothing["right"]


def test_a_line_of_a_paragraph_is_right_that_stands_in_it() -> None:
    printed = [
        {
            "box": [100, 100, 900, 220],
            "text": "　　2022年，双塔市司法局举办法治讲座15场次，较上年增长21.4%；聘请法律顾问2名。",
        }
    ]
    first = line_outcome("2022年,双塔市司法局举办法治讲座15场次，", Box(104, 112, 896, 150), printed)
    wrong = line_outcome("2022年，双塔市司法局举办法治讲座16场次，", Box(104, 112, 896, 150), printed)
    assert first["right"] and first["overlap"] > IN_PLACE
    assert not wrong["right"]


def test_the_report_draws_its_curves_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "rows.jsonl"
    rows = [*_made(60), {**ROW, "numeric": False, "kind": "text"}]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    assert main(["report", str(path), "--plots", str(tmp_path / "plots")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "plots" / "risk.png")
    assert {p.name for p in (tmp_path / "plots").iterdir()} == {"confidence.png", "risk.png"}
