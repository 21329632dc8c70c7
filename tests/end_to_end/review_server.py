"""A small run with drawn scans, and the station over it: in this process with a clock of the test, or as a process."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import uvicorn
from argon2 import PasswordHasher

from forms import Form
from gouji.review_pages import RunPages
from review import Station
from review.web import WebSettings, create_app
from scoring import checked

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "review"))
from review_runs import small_form, write_run  # noqa: E402

PASSWORD = "correct horse battery"
PATIENCE = float(os.environ.get("GOUJI_PATIENCE", "120"))
"""Seconds; the machine may be busy, and nothing waits so long unless it is broken."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DOUBTS = {"total.score": 0.6, "funds.0.executed": 0.7, "indicators.0.score": 0.8, "goals.actual": 0.5, "unit": 0.9}


def make_run(folder: Path, forms: dict[str, Form]) -> Path:
    """A run of these forms in ``folder/out`` whose scans, in ``folder/scans``, show every number where its box is."""
    out = write_run(folder / "out", forms)
    for form_id, form in forms.items():
        document = form_id.rpartition("/forms/")[0]
        scan = folder / "scans" / document / "001.png"
        scan.parent.mkdir(parents=True, exist_ok=True)
        page = np.full((2400, 800), 250, np.uint8)
        for _, cell in form.cells():
            if cell.page:
                left, top, right, bottom = cell.box.pixels()
                cv2.rectangle(page, (left, top), (right, bottom), 60, 1)
                shown = cell.text.encode("ascii", "replace").decode()
                cv2.putText(page, shown, (left + 6, bottom - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 20, 1)
        cv2.imwrite(str(scan), page)
        record = {"file": "001.png", "page": 1, "page_in_file": 1, "width": 800, "height": 2400, "rotation": 0}
        (out / document / "pages.json").write_text(json.dumps([{**record, "skew": 0.0, "kind": "form"}]))
        info = scan.stat()
        files = [{"label": "001.png", "path": str(scan), "bytes": info.st_size, "mtime_ns": info.st_mtime_ns}]
        source = {"schema": "gouji.source/1", "files": files, "load": {}}
        (out / document / "source.json").write_text(json.dumps(source))
    return out


def three_forms() -> dict[str, Form]:
    """Three forms in two documents, five cells of each doubted."""
    ids = ("a/forms/01-甲.json", "a/forms/02-乙.json", "b/c/forms/01-丙.json")
    return {i: small_form(f"项目{k}", {a: p - 0.01 * k for a, p in DOUBTS.items()}) for k, i in enumerate(ids)}


def misread(form: Form, address: str, text: str, *alternatives: str) -> Form:
    """The form with this cell read as ``text``, doubted, and the alternatives that the reader had."""
    cell = form.cell(address)
    others = tuple((other, 0.2) for other in alternatives)
    wrong = replace(cell, text=text, raw=text, confidence=0.5, needs_review=True, alternatives=others)
    return checked(form.with_cells({address: wrong}))


class Clock:
    """The time of day, moved on by the test."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += seconds


class Hall:
    """The station served from a thread of this process, with four people."""

    def __init__(self, out: Path, **people: str) -> None:
        self.out, self.clock = out, Clock()
        self.station = Station.open(out, clock=self.clock, rng=random.Random(0), audit_share=0.0, hasher=CHEAP)
        for name, role in (people or {"anna": "reviewer", "bo": "reviewer", "chief": "senior"}).items():
            self.station.add_user(name, role, PASSWORD)  # type: ignore[arg-type]
        app = create_app(self.station, RunPages(self.station.folder), settings=WebSettings(cache=out.parent / "cache"))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(app, access_log=False, log_level="error", timeout_graceful_shutdown=1, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listening]}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        self._listening.close()
        self.station.close()


class Process:
    """``gouji review OUT`` as a user starts it; ``kill`` ends it without a word."""

    def __init__(self, out: Path) -> None:
        command = [sys.executable, "-m", "gouji", "review", str(out), "--no-browser", "--audit-share", "0"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ}
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.link = self._said(r"(http://\S+/link/\w+)")
        self.port = int(re.search(r":(\d+)/", self.link)[1])  # type: ignore[index]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _said(self, pattern: str) -> str:
        heard = ""
        while True:
            line = self._lines.get(timeout=PATIENCE)
            heard += line
            found = re.search(pattern, line)
            if found:
                return found[1]
            if not line:
                raise AssertionError(f"the station did not start: {heard}")

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE)


class Relay:
    """One address for a server that dies and comes again elsewhere: passes bytes on to ``port`` (None: refuses)."""

    def __init__(self) -> None:
        self.port: int | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            try:
                if self.port is None:
                    raise OSError("no server")
                server = socket.create_connection(("127.0.0.1", self.port))
            except OSError:
                caller.close()
                continue
            for one, other in ((caller, server), (server, caller)):
                threading.Thread(target=_pass, args=(one, other), daemon=True).start()

    def close(self) -> None:
        self._listening.close()


def _pass(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def until(condition: Callable[[], Any], what: str) -> Any:
    """The first true answer of ``condition``, asked again and again; fails after ``PATIENCE`` seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE:.0f} s in vain for {what}")
