"""The command line. Errors become exit codes here and nowhere else; heavy imports wait until a command needs them."""

from __future__ import annotations

import json
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from .review_command import register as register_review

EXIT_CODES = (
    "Exit codes: 0 all well, 1 there are findings or cells to review, 2 wrong usage, 3 some pages could not be read."
)

INTERRUPTED = 130

app = typer.Typer(
    name="gouji",
    help=f"勾稽: scans of 项目支出绩效自评表 to checked data, with a probability for every cell.\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class DeviceChoice(str, Enum):
    """Where to read."""

    cpu = "cpu"
    gpu = "gpu"
    auto = "auto"


def _number(value: float) -> float:
    """nan passes every comparison with a limit."""
    if value != value:
        raise typer.BadParameter("this is no number.")
    return value


Models = Annotated[
    list[Path] | None,
    typer.Option(
        "--models", exists=True, file_okay=False, help="A folder with weights that go before the installed ones."
    ),
]


class ReaderChoice(str, Enum):
    """Which of PP-OCR's models read."""

    auto = "auto"
    cascade = "cascade"
    small = "small"
    tiny = "tiny"


Reader = Annotated[
    ReaderChoice,
    typer.Option(
        "--reader",
        help="cascade: the tiny model reads every line, the small one again what is in doubt; each "
        "number is read twice. small, tiny: that one alone. auto: the cascade where tiny's weights are installed.",
    ),
]
Device = Annotated[DeviceChoice, typer.Option("--device", help="auto takes a GPU when onnxruntime can use one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value for machines, nothing else.")]


class EngineChoice(str, Enum):
    """Which machines read."""

    local = "local"
    ray = "ray"


def _size(text: str | None) -> str | None:
    from .memory import LEAST, parse_size

    if text is not None:
        try:
            if parse_size(text) < LEAST:
                raise ValueError(f"{text} is too little for a reading process; {LEAST >> 20}MB is the least.")
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    return text


@app.command(help=f"Read scans and write checked forms; run again, it goes on where it stopped.\n\n{EXIT_CODES}")
def run(
    scans: Annotated[list[str], typer.Argument(help="Folders, PDFs, TIFFs or images, or URLs.", show_default=False)],
    out: Annotated[str, typer.Option("-o", "--out", help="Where the results go.", show_default=False)],
    overlays: Annotated[bool, typer.Option(help="Draw the found cells and readings on every page (PNG).")] = False,
    as_json: AsJson = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Pages read at once.  [default: one per core]", show_default=False)
    ] = None,
    template: Annotated[
        list[Path] | None, typer.Option(help="A TOML file that describes another family of forms.")
    ] = None,
    rulebook: Annotated[Path | None, typer.Option(help="A TOML rulebook instead of the built-in one.")] = None,
    max_error: Annotated[
        float, typer.Option(min=0.0, max=1.0, callback=_number, help="Silent errors allowed per numeric cell.")
    ] = 1e-4,
    max_error_text: Annotated[
        float, typer.Option(min=0.0, max=1.0, callback=_number, help="Silent errors allowed per text cell.")
    ] = 1e-3,
    review_below: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, callback=_number, help="Cells less sure than this always go to a reviewer."),
    ] = 0.9,
    max_pixels: Annotated[int, typer.Option(min=1, help="Refuse pages with more pixels than this.")] = 100_000_000,
    dpi: Annotated[
        float, typer.Option(min=36, max=2400, callback=_number, help="Resolution at which PDF pages are drawn.")
    ] = 200.0,
    page_seconds: Annotated[
        float, typer.Option(min=1, callback=_number, help="Give a page up after this many seconds.")
    ] = 300.0,
    worker_memory: Annotated[
        str | None,
        typer.Option(callback=_size, help="Memory that a reading process may take, for example 2GB.  [default: any]"),
    ] = None,
    worker_pages: Annotated[int, typer.Option(min=1, help="Replace a reading process after so many pages.")] = 1000,
    watch: Annotated[bool, typer.Option("--watch", help="Follow folders that still fill, until Ctrl-C.")] = False,
    settle: Annotated[
        float, typer.Option(min=0, callback=_number, help="With --watch: seconds that a document's files must rest.")
    ] = 10.0,
    engine: Annotated[EngineChoice, typer.Option(help="ray reads on a cluster.")] = EngineChoice.local,
    address: Annotated[
        str | None, typer.Option(help="With --engine ray: the cluster.  [default: this machine]")
    ] = None,
    device: Device = DeviceChoice.auto,
    reader: Reader = ReaderChoice.auto,
    models: Models = None,
    profile: Annotated[bool, typer.Option("--profile", help="Print where the time went.")] = False,
    overwrite: Annotated[bool, typer.Option(help="Read finished documents again.")] = False,
) -> None:
    from layout import LoadSettings
    from ocr import EngineOptions

    from .memory import parse_size
    from .run_command import Request, carry_out
    from .settings import RunSettings

    values: dict[str, Any] = {} if workers is None else {"workers": workers}
    settings = RunSettings(
        max_error=max_error,
        max_error_text=max_error_text,
        review_below=review_below,
        overlays=overlays,
        overwrite=overwrite,
        page_seconds=page_seconds,
        worker_memory=None if worker_memory is None else parse_size(worker_memory),
        worker_pages=worker_pages,
        templates=tuple(template or ()),
        rulebook=rulebook,
        load=LoadSettings(pdf_dpi=dpi, max_pixels=max_pixels),
        engine=EngineOptions(device=device.value, folders=tuple(models or ()), reader=reader.value),
        **values,
    )
    request = Request(
        tuple(scans), out, settings, as_json, profile, settle if watch else None, engine is EngineChoice.ray, address
    )
    raise typer.Exit(carry_out(request, actors=workers))


@app.command(help="Show how a run goes, or went: from this machine or any that sees its folder.")
def status(
    out: Annotated[Path, typer.Argument(help="The folder that 'gouji run' was given with -o.", show_default=False)],
    as_json: AsJson = False,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until the run ends.")] = False,
) -> None:
    from .status_command import show

    show(out, as_json=as_json, follow=follow)


@app.command(help=f"Hold the numbers of form files against each other, without any scan.\n\n{EXIT_CODES}")
def check(
    forms: Annotated[list[Path], typer.Argument(help="Form files (gouji.form/1).", show_default=False)],
    as_json: AsJson = False,
    rulebook: Annotated[Path | None, typer.Option(help="A TOML rulebook instead of the built-in one.")] = None,
) -> None:
    from forms import FormFileError, finding_to_dict, read_form
    from scoring import check as check_form
    from scoring import load_rulebook

    rules = load_rulebook(rulebook) if rulebook else None
    order = {str(path): k for k, path in enumerate(forms)}
    found: list[tuple[Path, Any]] = []
    broken: list[tuple[Path, str]] = []
    for path in forms:
        try:
            found.append((path, check_form(read_form(path), rules)))
        except FormFileError as error:
            broken.append((path, str(error)))
    if as_json:
        data: list[dict[str, Any]] = [
            {"form": str(path), "findings": [finding_to_dict(f) for f in findings]} for path, findings in found
        ]
        data += [{"form": str(path), "error": error, "findings": []} for path, error in broken]
        print(json.dumps(sorted(data, key=lambda d: order[d["form"]]), ensure_ascii=False))
    elif found:
        _print_findings(found)
    for _, reason in broken:
        print(f"gouji: {reason}", file=sys.stderr)
    if broken:
        raise typer.Exit(2)
    raise typer.Exit(1 if any(f.severity == "error" for _, findings in found for f in findings) else 0)


def _print_findings(found: list[tuple[Path, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title="勾稽 findings", title_justify="left")
    for column in ("form", "rule", "severity", "cell", "found", "expected", "what"):
        table.add_column(column, overflow="fold")
    for path, findings in found:
        for f in findings:
            table.add_row(path.name, f.rule, f.severity, ", ".join(f.cells), f.found, f.expected, f.message)
    if table.row_count:
        console.print(table)
    total = sum(len(findings) for _, findings in found)
    console.print(f"{len(found)} forms checked, {total} findings.", highlight=False)


@app.command(help="Show which weights are used, where they came from and their hashes.")
def models(models: Models = None, as_json: AsJson = False) -> None:
    from .doctor import weights

    _report(list(weights(tuple(models or ()))), as_json)


@app.command(help="Say what is installed, which devices and weights there are, and whether a self-test reads right.")
def doctor(device: Device = DeviceChoice.auto, models: Models = None, as_json: AsJson = False) -> None:
    from ocr import EngineOptions

    from .doctor import examine

    _report(list(examine(EngineOptions(device=device.value, folders=tuple(models or ())))), as_json)


def _report(checks: list[Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps([{"name": c.name, "good": c.good, "detail": c.detail} for c in checks], ensure_ascii=False))
    else:
        from rich.console import Console

        console = Console()
        for c in checks:
            mark = "[green]ok[/]" if c.good else "[red]no[/]"
            console.print(f"{mark}  [bold]{c.name}[/]  ", end="", highlight=False)
            console.print(c.detail, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(0 if all(c.good for c in checks) else 2)


register_review(app)


def main() -> None:
    """The entry point: every ``GoujiError`` becomes its message and its exit code."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(_stopped()) from None
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # so typer ends when it meets a KeyboardInterrupt
            _stopped()
        raise
    except Exception as error:
        from forms import GoujiError  # not needed, and not loaded, by those who ask for --help

        if not isinstance(error, GoujiError):
            raise
        print(f"gouji: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None


def _stopped() -> int:
    print("gouji: stopped. What was read is kept; run the same command again to go on.", file=sys.stderr)
    return INTERRUPTED


if __name__ == "__main__":
    main()
