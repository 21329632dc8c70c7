"""Rates and their comparison; the processes themselves with a reader that is no model."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import throughput
from benchmarks.peers import IN_ONE, PeerMissing
from benchmarks.throughput import (
    Program,
    Round,
    from_nothing,
    measure,
    rates,
    report,
    run_command,
    start_report,
    verdict,
)


def rounds(*walls: tuple[float, float]) -> list[Round]:
    """Four pages a round: (gouji's seconds, rapidocr's seconds), processor time twice that."""
    both = [(Round("gouji", 4, a, 2 * a), Round("rapidocr 3", 4, b, 2 * b)) for a, b in walls]
    return [r for pair in both for r in pair]


def test_ratios_are_taken_round_by_round() -> None:
    """A round in which the machine was busy is slow for both."""
    ours, peer = rates(rounds((1.0, 6.0), (10.0, 60.0), (2.0, 14.0)))
    assert (ours.program, ours.faster, ours.cheaper) == ("gouji", 1.0, 1.0)
    assert peer.faster == peer.cheaper == pytest.approx(6.0)
    assert ours.pages_per_second == pytest.approx(2.0) and ours.cpu_per_page == pytest.approx(1.0)


@pytest.mark.parametrize(("seconds", "kept"), [(6.0, True), (5.5, False), (0.5, False)])
def test_the_promise_wants_both_ratios(seconds: float, kept: bool) -> None:
    held, text = verdict(rates(rounds((1.0, seconds))))
    assert held is kept and ("DOES NOT HOLD" not in text) is kept
    assert f"{seconds:.2f} times the pages per second of rapidocr 3" in text


def test_the_promise_is_kept_however_the_peer_is_run() -> None:
    """As many processes as cores are a peer's best; what a user gets who simply calls it is one."""
    one = [replace(r, program=r.program + IN_ONE) for r in rounds((1.0, 7.0))[1:]]
    held, text = verdict(rates([*rounds((1.0, 5.5)), *one]))
    first, second = text.splitlines()
    assert held is False and "5.50 times the pages per second of rapidocr 3 and" in first and "DOES NOT" in first
    assert "7.00 times the pages per second of rapidocr 3 in one process and" in second and "Holds" in second
    assert verdict(rates([*rounds((1.0, 6.0)), *one]))[0] is True


@pytest.mark.parametrize(("asked", "processes", "threads"), [("peer", 3, 1), ("peer" + IN_ONE, 1, 3)])
def test_a_program_gets_the_same_cores_in_one_process(
    asked: str, processes: int, threads: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Pool:
        def __init__(self, processes: int, context: object, start: object, given: tuple[str, int, object]) -> None:
            started.append((processes, *given[:2]))

        def submit(self, work: object, page: Path) -> Future[tuple[str, float]]:
            done: Future[tuple[str, float]] = Future()
            done.set_result((asked, 1.0))
            return done

    started: list[tuple[int, str, int]] = []
    monkeypatch.setattr(throughput, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(throughput, "make_text_peer", lambda name, threads: None)
    program = Program(asked, 3, tmp_path)
    assert started == [(processes, asked, threads)] and program.start.pages == processes and program.name == asked


def test_without_the_peer_nothing_is_promised() -> None:
    assert verdict(rates([Round("gouji", 4, 1.0, 1.0)])) == (None, "rapidocr was not measured.")
    assert rates([]) == []


def test_the_report_names_every_program() -> None:
    text = report(rates(rounds((1.0, 6.0))))
    assert "| gouji | 4.00 | 0.50 | 1.00 | 1.00 |" in text and "| rapidocr 3 | 0.67 | 3.00 | 6.00 | 6.00 |" in text


def test_a_program_that_is_not_there_is_said_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Inline:
        def __init__(self, name: str, processes: int, warm_up: Path) -> None:
            if name == "absent":
                raise PeerMissing("absent is not here")
            self.name = name
            self.start = Round(name, processes, 3.0, 4.0)

        def read(self, pages: list[Path]) -> Round:
            return Round(self.name, len(pages), 1.0, 1.0)

        def close(self) -> None:
            closed.append(self.name)

    closed: list[str] = []
    monkeypatch.setattr(throughput, "Program", Inline)
    found, starts, missing = measure(["gouji", "absent", "rapidocr"], [tmp_path], 2, 3)
    turns = ["gouji", "rapidocr", "rapidocr", "gouji", "gouji", "rapidocr"]
    assert starts == [Round("gouji", 2, 3.0, 4.0), Round("rapidocr", 2, 3.0, 4.0)]
    assert [r.program for r in found] == turns and missing == ["absent is not here"] and closed == ["gouji", "rapidocr"]


def test_the_start_counts_with_the_pages_that_were_read_in_it() -> None:
    """Each process reads a page before the rounds begin: that is time, and a page as well."""
    starts = [Round("gouji", 2, 3.0, 4.0), Round("absent", 2, 1.0, 1.0)]
    pages = [Round("gouji", 8, wall, 2 * wall) for wall in (5.0, 7.0, 90.0)]
    assert from_nothing(starts, pages) == [Round("gouji", 10, 10.0, 18.0)]


def test_the_report_with_the_start_compares_the_command() -> None:
    starts = [Round("rapidocr 3", 2, 4.0, 6.0)]
    text = start_report(starts, [Round("gouji run", 10, 5.0, 10.0), Round("rapidocr 3", 10, 20.0, 60.0)])
    assert "| gouji run |  |  | 10 | 2.00 | 1.00 | 1.00 | 1.00 |" in text
    assert "| rapidocr 3 | 4.0 | 6.0 | 10 | 0.50 | 6.00 | 4.00 | 6.00 |" in text


@pytest.mark.model
def test_the_command_is_measured_with_all_its_processes() -> None:
    page = Path(__file__).parents[1] / "data" / "scans" / "fax-2023" / "001.tif"
    found = run_command([page, page], 1)
    assert (found.program, found.pages) == ("gouji run", 2)
    assert found.wall > 0.5 and found.cpu > 0.5, "its worker's time counts"
    with pytest.raises(RuntimeError, match="gouji run ended with 2"):
        run_command([], 1)
