"""One run at a time in an output folder; a holder that is dead holds nothing."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import fault_engines
import pytest

from forms import OutputError, UsageError
from gouji import lock
from gouji.batch import run
from gouji.lock import Holder, RunLock
from gouji.settings import RunSettings


@pytest.mark.usefixtures("inline")
def test_a_second_run_is_refused_while_the_first_goes_on(tmp_path: Path, scans) -> None:
    out = tmp_path / "out"
    out.mkdir()
    folder = scans(a=False)
    with RunLock(out), pytest.raises(UsageError, match=rf"Another run is writing.*process {os.getpid()} on") as refused:
        run([folder], out, RunSettings(workers=1), engines=fault_engines.null)
    assert "gouji status" in str(refused.value) and "-o" in str(refused.value)
    assert run([folder], out, RunSettings(workers=1), engines=fault_engines.null).exit_code == 0


def without_locks(file: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


def test_where_there_are_no_locks_the_word_of_a_living_process_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_lock", without_locks)
    with RunLock(tmp_path), pytest.raises(UsageError, match="Another run"), RunLock(tmp_path):
        pass
    with RunLock(tmp_path):
        pass
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = Holder(socket.gethostname(), int(gone.stdout), "1", "")
    (tmp_path / lock.NAME).write_text(json.dumps(asdict(dead)))
    if lock.born(os.getpid()):
        with RunLock(tmp_path):
            pass
    elsewhere = Holder("another-machine", 1, "1", "")
    (tmp_path / lock.NAME).write_text(json.dumps(asdict(elsewhere)))
    with pytest.raises(UsageError, match="on another-machine"), RunLock(tmp_path):
        pass


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).mkdir()
    with pytest.raises(OutputError, match=r"run\.lock cannot be written"), RunLock(tmp_path):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_lock_that_a_full_disk_does_not_take_is_an_error_with_its_place(tmp_path: Path) -> None:
    lock = RunLock(tmp_path)
    lock.path = Path("/dev/full")
    with pytest.raises(OutputError, match="/dev/full cannot be written"):
        lock.__enter__()
