"""One device process for all readers, with engines that need no GPU: batches over pages, and its death."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import Pipe
from pathlib import Path

import fault_engines
import numpy as np
import pytest
from small_pages import small_page

from forms import EngineError, LineReading, ModelError, Provenance
from gouji import gpu_pool
from gouji.batch import local_pool
from gouji.gpu_device import Ask, Device, Told
from gouji.gpu_pool import DevicePool, machine_pool
from gouji.page import Engines
from gouji.settings import RunSettings
from gouji.workers import Limits, PageAnswer, PageFailure, PagePool, PageTask, WorkerPool
from layout import PageImage
from ocr import EngineOptions, LineImage, NullDetector, RecordedRecogniser

LIMITS = Limits(page_seconds=120)


@dataclass
class Noting:
    """Reads as the size engine does, and keeps how many lines each call had; a line of one pixel ends in an error."""

    calls: list[int] = field(default_factory=list)
    provenance = Provenance("noting", "gpu")

    def read(self, lines: Sequence[LineImage]) -> list[LineReading]:
        self.calls.append(len(lines))
        if any(line.size == 1 for line in lines):
            raise ValueError("a line of one pixel")
        return fault_engines.SizeRecogniser().read(lines)


def lines(*widths: int) -> tuple[np.ndarray, ...]:
    return tuple(np.full((10, w), 255, np.uint8) for w in widths)


def texts(told: Told) -> list[str]:
    return [r.text for r in told.value]


def test_the_lines_of_many_pages_are_read_in_one_call() -> None:
    engine = Noting()
    device = Device(Engines(engine, NullDetector()))
    pipes = [Pipe() for _ in range(3)]
    device.readers += [theirs for _, theirs in pipes]
    for (ours, _), widths in zip(pipes, [(11, 12), (21,), (31, 32, 33)], strict=True):
        ours.send(Ask("read", lines(*widths)))
    device.turn()
    assert engine.calls == [6]
    assert [texts(ours.recv()) for ours, _ in pipes] == [["11", "12"], ["21"], ["31", "32", "33"]]


def test_a_recorded_engine_answers_every_page_with_its_own_lines() -> None:
    recorded = RecordedRecogniser(source=fault_engines.SizeRecogniser())
    pages = [lines(11, 12), lines(21), ()]
    for page in pages:
        recorded.read(page)
    device = Device(Engines(RecordedRecogniser.from_data(recorded.as_data()), NullDetector()))
    told = device.answer([Ask("read", page) for page in pages])
    assert [texts(t) for t in told] == [["11", "12"], ["21"], []]


def test_a_line_that_the_engine_cannot_bear_costs_its_own_page_only() -> None:
    engine = Noting()
    bad = (np.zeros((1, 1), np.uint8),)
    one, two, three = Device(Engines(engine, NullDetector())).answer(
        [Ask("read", lines(11)), Ask("read", bad), Ask("read", lines(31))]
    )
    assert texts(one) == ["11"] and texts(three) == ["31"]
    assert "a line of one pixel" in two.problem and not two.model
    assert engine.calls == [3, 1, 1, 1]


def test_detection_and_provenance_are_answered_beside_the_lines() -> None:
    device = Device(Engines(Noting(), fault_engines.UnmadeDetector()))
    read, found, where = device.answer([Ask("read", lines(11)), Ask("detect", lines(20)), Ask("provenance")])
    assert texts(read) == ["11"] and where.value.device == "gpu"
    assert found.model and "No weights for the detector" in found.problem


def test_the_witness_of_the_device_process_is_asked_apart() -> None:
    engine, witness = Noting(), Noting()
    with_one = Device(Engines(engine, NullDetector(), witness))
    there, heard, read = with_one.answer([Ask("witness"), Ask("hear", lines(11, 12)), Ask("read", lines(21))])
    assert there.value is True and texts(heard) == ["11", "12"] and texts(read) == ["21"]
    assert (engine.calls, witness.calls) == ([1], [2])
    (none,) = Device(Engines(engine, NullDetector())).answer([Ask("witness")])
    assert none.value is False


def test_a_reader_that_has_gone_is_forgotten() -> None:
    device = Device(Engines(Noting(), NullDetector()))
    (gone, theirs), (ours, also) = Pipe(), Pipe()
    device.readers += [theirs, also]
    gone.close()
    ours.send(Ask("read", lines(11)))
    device.turn()
    assert texts(ours.recv()) == ["11"] and device.readers == [also]


# Real processes


def task(number: int, *, printed: bool = True) -> PageTask:
    page = PageImage(small_page(printed=printed, text=str(number)), None, f"{number}.png", 1)
    return PageTask((0, number), page, number)


def collect(pool: PagePool, tasks: Sequence[PageTask]) -> list[PageAnswer]:
    found: list[PageAnswer] = []
    with pool:
        for one in tasks:
            pool.submit(one)
        while pool.outstanding:
            found += pool.answers()
    return sorted(found, key=lambda a: a.task.key)


def test_pages_read_as_without_a_device_process() -> None:
    tasks = [task(n) for n in (1, 22, 333)]
    alone = collect(WorkerPool(fault_engines.sizes, EngineOptions(), workers=1, limits=LIMITS), tasks)
    shared = collect(DevicePool(fault_engines.sizes, EngineOptions(), workers=2, limits=LIMITS), tasks)
    assert [a.result.content for a in shared] == [a.result.content for a in alone]


def test_a_page_that_ends_the_device_process_costs_no_other(counter: Path) -> None:
    factory = fault_engines.dying("kill", str(counter))
    tasks = [task(n, printed=n == 2) for n in (1, 2, 3, 4)]
    answers = collect(DevicePool(factory, EngineOptions(), workers=2, limits=LIMITS), tasks)
    assert [isinstance(a.result, PageFailure) for a in answers] == [False, True, False, False]
    assert "twice" in answers[1].result.reason
    assert len(set(counter.read_text().split())) == 2, "two device processes"


@pytest.mark.parametrize(
    ("engines", "error", "word"),
    [
        (fault_engines.without_weights, ModelError, "No weights for the test"),
        (fault_engines.broken_engine, EngineError, "cannot be made"),
        (fault_engines.dies_at_start, EngineError, "died while it loaded"),
    ],
)
def test_a_device_process_that_cannot_start_is_no_pages_fault(engines, error, word: str) -> None:
    pool = DevicePool(engines, EngineOptions(), workers=1, limits=LIMITS)
    with pytest.raises(error, match=word):
        collect(pool, [task(1)])
    assert not pool._folder.exists()


def test_a_gpu_is_used_where_there_is_one_and_nobody_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(device: str, cuda: bool) -> type:
        monkeypatch.setattr(gpu_pool, "has_cuda", lambda: cuda)
        settings = RunSettings(workers=1, engine=EngineOptions(device=device))
        pool = machine_pool(local_pool)(fault_engines.sizes, settings)
        pool.__exit__(None, None, None)
        return type(pool)

    assert made("auto", True) is made("gpu", True) is DevicePool
    assert made("cpu", True) is made("auto", False) is made("gpu", False) is WorkerPool


def test_processes_end_with_the_pool() -> None:
    pool = DevicePool(fault_engines.sizes, EngineOptions(), workers=1, limits=LIMITS)
    with pool:
        device = pool._device.pid
        os.kill(device, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(device, 0)
    assert not pool._folder.exists()
