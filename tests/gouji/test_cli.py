"""The command line: what it prints, what it ends with, and that the README tells of it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import fault_engines
import pytest
from typer.main import get_command

from forms import Cell, Form, FundsRow, Indicator, Total, dump_form
from gouji import batch, closing
from gouji.cli import EXIT_CODES, app, main
from reconstruct import Rebuilt

pytestmark = pytest.mark.usefixtures("inline")
ROOT = Path(__file__).parents[2]
TRUTH = ROOT / "tests" / "data" / "truth"
FUNDS = ("initial_budget", "annual_budget", "executed", "weight", "rate", "score")


@dataclass
class Ended:
    code: int
    out: str
    err: str


Cli = Callable[..., Ended]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Calls the program as a shell would; ``gouji run`` reads with an engine that needs no model."""
    monkeypatch.setattr(batch, "run", partial(batch.run, engines=fault_engines.sizes))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["gouji", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, *capsys.readouterr())

    return call


def cell(text: str) -> Cell:
    return Cell(text, raw=text)


def truth_form(key: str) -> Form:
    """A printed form of tests/data/truth with the texts that the rules read."""
    data = json.loads((TRUTH / "forms.json").read_text("utf-8"))[key]
    return Form(
        template=data["template"],
        funds=tuple(
            FundsRow(cell(label), **{n: cell(t) for n, t in zip(FUNDS, texts, strict=True)})
            for label, *texts in data["funds"]
        ),
        indicators=tuple(
            Indicator(level1=cell(a), weight=cell(b), score=cell(c), reason=cell(d))
            for a, b, c, d in data["indicators"]
        ),
        total=Total(*map(cell, data["total"])),
    )


@pytest.fixture
def form_files(tmp_path: Path) -> dict[str, Path]:
    files = {}
    for key in json.loads((TRUTH / "forms.json").read_text("utf-8")):
        files[key] = tmp_path / "forms" / f"{key}.json"
        files[key].parent.mkdir(exist_ok=True)
        files[key].write_text(dump_form(truth_form(key)), "utf-8")
    return files


def test_help_tells_the_exit_codes_and_the_commands(cli: Cli) -> None:
    for arguments in (["--help"], ["run", "--help"], ["check", "--help"]):
        shown = cli(*arguments)
        words = " ".join(re.sub(r"[│╭╮╰╯─]", " ", shown.out).split())
        assert shown.code == 0 and EXIT_CODES in words
    assert all(name in cli("--help").out for name in ("run", "check", "models", "doctor"))
    assert cli().code == 2, "no command at all is wrong usage"


def test_every_command_and_option_of_run_is_documented() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    told = readme + "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    command = get_command(app)
    assert set(command.commands) >= {"run", "check", "models", "doctor"}  # type: ignore[attr-defined]
    for name in command.commands:  # type: ignore[attr-defined]
        assert f"gouji {name}" in told, f"neither README nor docs/ tell of gouji {name}"
    for code in range(4):
        assert re.search(rf"^\| {code} \|", readme, re.M), f"README does not tell of exit code {code}"
    for command_ in command.commands.values():  # type: ignore[attr-defined]
        assert command_.help
        for option in command_.params:
            assert getattr(option, "help", "x"), f"{option.name} has no help"


def test_run_ends_with_0_and_says_where_the_results_are(cli: Cli, scans, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = cli("run", scans(a=True), "-o", out, "--workers", 1)
    assert ended.code == 0, ended.err
    assert "a: 1 page, 0 forms" in ended.out and f"Results: {out}" in ended.out
    summary = json.loads((out / "run.json").read_text("utf-8"))
    assert summary["pages"] == {"form": 0, "text": 1, "blank": 0, "failed": 0} and summary["failed_pages"] == []
    assert {"versions", "settings", "seconds", "documents", "forms", "findings"} <= set(summary)
    assert {"elapsed", "loading", "layout", "reading", "writing"} <= set(summary["seconds"])


def test_run_json_is_one_value_and_nothing_else(cli: Cli, scans, tmp_path: Path) -> None:
    folder = scans(a=True, b=False)
    (folder / "b" / "2.png").write_text("no image")
    ended = cli("run", folder, "-o", tmp_path / "out", "--workers", 1, "--json")
    assert ended.code == 3
    summary = json.loads(ended.out)
    assert summary == json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    (failed,) = summary["failed_pages"]
    assert (failed["document"], failed["file"], failed["page"]) == ("b", "2.png", 2) and "2.png" in failed["reason"]
    assert "page 2 failed" in ended.err, "people are told on standard error"


def test_run_ends_with_1_when_there_is_something_to_review(
    cli: Cli, scans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful = Form("2020", year=Cell("2020", 0.2, page=1, raw="2020", needs_review=True))
    monkeypatch.setattr(closing, "rebuild", lambda contents, templates: Rebuilt((doubtful,), {1: "form"}))
    folder = scans(a=True)
    assert cli("run", folder, "-o", tmp_path / "out", "--workers", 1).code == 1
    again = cli("run", folder, "-o", tmp_path / "out", "--workers", 1)
    assert again.code == 1 and "kept (--overwrite reads it again)" in again.out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["run"], "scans"),
        (["run", "SCANS"], "--out"),
        (["run", "SCANS/nowhere", "-o", "OUT"], "no such file or folder"),
        (["run", "SCANS", "-o", "OUT", "--workers", "0"], "--workers"),
        (["run", "SCANS", "-o", "OUT", "--review-below", "1.5"], "--review-below"),
        (["run", "SCANS", "-o", "OUT", "--review-below", "nan"], "--review-below"),
        (["run", "SCANS", "-o", "OUT", "--dpi", "nan"], "--dpi"),
        (["run", "SCANS", "-o", "OUT", "--dpi", "10"], "--dpi"),
        (["run", "SCANS", "-o", "OUT", "--max-pixels", "0"], "--max-pixels"),
        (["run", "SCANS", "-o", "OUT", "--page-seconds", "nan"], "--page-seconds"),
        (["run", "SCANS", "-o", "OUT", "--page-seconds", "0"], "--page-seconds"),
        (["run", "SCANS", "-o", "OUT", "--device", "abacus"], "--device"),
        (["run", "SCANS", "-o", "OUT", "--models", "SCANS/nowhere"], "--models"),
        (["run", "SCANS", "-o", "OUT", "--template", "SCANS/nowhere.toml"], "nowhere.toml"),
        (["run", "SCANS", "-o", "OUT", "--rulebook", "SCANS/nowhere.toml"], "nowhere.toml"),
        (["run", "SCANS", "-o", "SCANS/a/1.png"], "cannot be written"),
        (["check"], "forms"),
        (["check", "SCANS/nowhere.json"], "nowhere.json"),
        (["check", "SCANS/a/1.png"], "no JSON"),
        (["check", "SCANS"], "cannot be read"),
        (["frobnicate"], "frobnicate"),
        (["run", "SCANS", "-o", "OUT", "--frobnicate"], "--frobnicate"),
    ],
)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(
    cli: Cli, scans, tmp_path: Path, arguments: list[str], word: str
) -> None:
    folder = str(scans(a=False))
    ended = cli(*(a.replace("SCANS", folder).replace("OUT", str(tmp_path / "out")) for a in arguments))
    assert ended.code == 2 and word.casefold() in ended.err.casefold() and "Traceback" not in ended.err
    assert not ended.out and not list((tmp_path / "out").glob("*"))


def test_a_template_that_breaks_its_format(cli: Cli, scans, tmp_path: Path) -> None:
    broken = tmp_path / "mine.toml"
    broken.write_text("name = ")
    for option in ("--template", "--rulebook"):
        ended = cli("run", scans(a=False), "-o", tmp_path / "out", option, broken)
        assert ended.code == 2 and "mine.toml" in ended.err


def test_the_rulebook_and_templates_that_are_built_in_can_be_given_as_files(cli: Cli, scans, tmp_path: Path) -> None:
    templates = [x for t in sorted((ROOT / "reconstruct" / "templates").glob("20*.toml")) for x in ("--template", t)]
    rulebook = ROOT / "scoring" / "rulebooks" / "default.toml"
    ended = cli("run", scans(a=True), "-o", tmp_path / "out", "--workers", 1, *templates, "--rulebook", rulebook)
    assert ended.code == 0, ended.err


def test_check_finds_on_the_printed_forms_just_what_is_known(cli: Cli, form_files: dict[str, Path]) -> None:
    known = json.loads((TRUTH / "findings.json").read_text("utf-8"))
    ended = cli("check", "--json", *form_files.values())
    reports = json.loads(ended.out)
    assert [r["form"] for r in reports] == [str(p) for p in form_files.values()], "in the order given"
    for (key, path), report in zip(form_files.items(), reports, strict=True):
        assert report["form"] == str(path)
        found = sorted([f["rule"], address] for f in report["findings"] for address in f["cells"][:1])
        assert sorted(rule for rule, _ in found) == sorted(rule for rule, _ in known.get(key, [])), key
    errors = [f for r in reports for f in r["findings"] if f["severity"] == "error"]
    assert ended.code == (1 if errors else 0) and errors


def test_check_ends_with_0_on_a_form_without_errors(cli: Cli, form_files: dict[str, Path]) -> None:
    reports = json.loads(cli("check", "--json", *form_files.values()).out)
    clean = [r["form"] for r in reports if not r["findings"]]
    assert clean
    ended = cli("check", *clean)
    assert ended.code == 0 and f"{len(clean)} forms checked, 0 findings." in ended.out


def test_check_prints_a_table_for_people(cli: Cli, form_files: dict[str, Path]) -> None:
    reports = json.loads(cli("check", "--json", *form_files.values()).out)
    doubtful = next(r for r in reports if any(f["severity"] == "error" for f in r["findings"]))
    ended = cli("check", doubtful["form"])
    assert ended.code == 1
    for finding in doubtful["findings"]:
        assert finding["rule"] in ended.out and finding["cells"][0] in ended.out


def test_check_goes_on_after_a_broken_file_and_lists_it(cli: Cli, tmp_path: Path, form_files: dict[str, Path]) -> None:
    broken, whole = tmp_path / "broken.json", next(iter(form_files.values()))
    broken.write_text("{")
    ended = cli("check", "--json", broken, whole)
    assert ended.code == 2 and "broken.json" in ended.err
    first, second = json.loads(ended.out)
    assert first["form"] == str(broken) and "no JSON" in first["error"] and first["findings"] == []
    assert second == json.loads(cli("check", "--json", whole).out)[0]
    for_people = cli("check", broken, whole)
    assert for_people.code == 2 and "1 forms checked" in for_people.out and "broken.json" in for_people.err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "gouji.form/2"}', "null", "\udcff"])
def test_check_of_a_broken_file(cli: Cli, tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    ended = cli("check", file)
    assert ended.code == 2 and "x.json" in ended.err and not ended.out


def test_models_lists_every_model_with_its_hash(cli: Cli) -> None:
    ended = cli("models", "--json")
    assert ended.code == 0
    listed = {m["name"]: m["detail"] for m in json.loads(ended.out)}
    small, tiny, witness = "PP-OCRv6_small_rec", "PP-OCRv6_tiny_rec", "PP-OCRv5_mobile_rec"
    assert set(listed) == {small, "PP-OCRv6_small_det", tiny, witness}
    assert all(re.search(r"SHA-256 [0-9a-f]{64}|slower, and without", detail) for detail in listed.values())
    for_people = cli("models")
    assert for_people.code == 0 and all(name in for_people.out for name in listed)


@pytest.mark.model
def test_doctor_says_how_the_self_test_went(cli: Cli) -> None:
    ended = cli("doctor", "--json", "--device", "cpu")
    checks = {c["name"]: c for c in json.loads(ended.out)}
    assert checks["self-test"]["good"], checks["self-test"]["detail"]
    wanted = {"python", "gouji", "onnxruntime", "devices", "PP-OCRv6_small_rec", "opencv distributions agree"}
    assert wanted <= set(checks)
    assert ended.code == (0 if all(c["good"] for c in checks.values()) else 2)


def test_doctor_reports_an_engine_that_cannot_be_loaded(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as if it were not installed
    ended = cli("doctor", "--json")
    checks = {c["name"]: c for c in json.loads(ended.out)}
    assert ended.code == 2
    assert not checks["self-test"]["good"] and "onnxruntime" in checks["self-test"]["detail"]
    assert not checks["devices"]["good"]
