"""What the operator sees: a bar with pages a second and time left, and a line for what went wrong."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichBar
from rich.text import Text

from .results import DocumentResult


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.2f} pages/s", style="progress.data.speed")


class BarProgress:
    """A ``Progress`` on a terminal; on a pipe it prints a line per document instead."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._bar = RichBar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("reading", total=None)

    def __enter__(self) -> BarProgress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def expect(self, pages: int) -> None:
        self._bar.update(self._task, total=pages)

    def page_done(self, document: str, failed: bool) -> None:
        self._bar.update(self._task, advance=1, description=document)

    def document_done(self, result: DocumentResult) -> None:
        self.console.print(document_line(result), highlight=False, soft_wrap=True)


def document_line(result: DocumentResult) -> Text:
    """One line that says what became of a document."""
    if result.kept:
        return Text(f"{result.name}: finished by an earlier run and kept (--overwrite reads it again)", style="dim")
    tally = result.tally
    line = Text(f"{result.name}: ")
    line.append(f"{_count(tally.pages, 'page')}, {_count(tally.forms, 'form')}")
    if tally.forms:
        findings = sum(tally.findings.values())
        line.append(
            f", {tally.review} of {_count(tally.cells, 'cell')} to review", "yellow" if tally.review else "green"
        )
        line.append(f", {_count(findings, 'finding')}", style="yellow" if findings else "green")
    for page in result.pages if tally.failed or tally.unread else ():
        if page.kind == "failed":
            line.append(f"\n  page {page.page} failed: {page.reason}", style="red")
        for reason in page.reasons:
            line.append(f"\n  page {page.page}: {reason}", style="yellow")
    return line


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
