"""Ctrl-C while a reading process is being born: neither a traceback nor a process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gouji.interrupts import Stop, uninterrupted

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "faults" / "interrupted_start.py"


@pytest.mark.parametrize("who", ["parent", "child", "both"])
def test_an_interrupt_at_a_workers_birth(who: str) -> None:
    run = subprocess.run(
        [sys.executable, str(SCRIPT), who],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0 and run.stderr == ""
    said = run.stdout.splitlines()
    assert ("not interrupted" in said) == (who == "child"), "the parent is told, after the worker has its orders"
    assert said[-2:] == ["1 page by 1 worker, 1 alive", "0 left"], "the worker itself never notices"


@pytest.fixture
def as_from_a_terminal() -> Iterator[None]:
    """A shell starts background jobs with SIGINT ignored, and they hand that on: the tests might be one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("as_from_a_terminal")
def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    reached = False
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        reached = True
    assert reached and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


@pytest.mark.usefixtures("as_from_a_terminal")
def test_the_handler_is_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="mine"), uninterrupted():
        raise ValueError("mine")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("as_from_a_terminal")
def test_stop_raises_nothing_and_gives_the_handler_back() -> None:
    with Stop() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_may_start_workers_too() -> None:
    done = []

    def work() -> None:
        with uninterrupted():
            done.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def wait_for(path: Path, run: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)


@pytest.mark.parametrize("moment", ["while it starts", "while a page is read"])
def test_an_interrupted_run_says_so_and_ends_with_130(scans: Callable[..., Path], tmp_path: Path, moment: str) -> None:
    out, reading = tmp_path / "out", tmp_path / "reading"
    command = [sys.executable, str(ROOT / "tests" / "faults" / "hanging_run.py"), str(scans(a=True)), str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(
        [*command, str(reading)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for(out / "a" if moment == "while it starts" else reading, run)
    os.kill(run.pid, signal.SIGINT)
    said, complained = run.communicate(timeout=300)
    assert run.returncode == 130 and "Traceback" not in complained + said
    assert "Ctrl-C again ends at once" in complained
    assert "stopped" in complained and "run the same command again" in complained


def test_a_second_interrupt_ends_at_once() -> None:
    code = (
        "import signal; from gouji.interrupts import Stop; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with Stop() as stop:\n signal.raise_signal(signal.SIGINT); print(stop(), flush=True)\n"
        " signal.raise_signal(signal.SIGINT); print('still there')"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert run.returncode == 130 and run.stdout == "True\n" and "Traceback" not in run.stderr
