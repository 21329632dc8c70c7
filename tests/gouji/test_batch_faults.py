"""Engines that fail, in real worker processes: the page they held fails with a reason, the rest is done."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import cv2
import fault_engines
import pytest
from small_pages import small_page

from forms import EngineError, ModelError
from gouji.batch import BatchResult, DocumentResult, run
from gouji.settings import RunSettings
from gouji.workers import SETTLED, EngineFactory, Limits, PageAnswer, PageFailure, PageTask, WorkerPool
from layout import PageImage
from ocr import EngineOptions

ONE = RunSettings(workers=1)


def read(scans: Path, out: Path, engines: EngineFactory, settings: RunSettings = ONE) -> BatchResult:
    return run([scans], out, settings, engines=engines)


def only_b_failed(result: BatchResult, out: Path) -> str:
    """Why document b failed, after everything else was seen to be there."""
    kinds = {d.name: [p.kind for p in d.pages] for d in result.documents}
    assert kinds == {"a": ["text"], "b": ["failed"], "c": ["text"]}
    assert result.exit_code == 3
    for name in "abc":
        pages = json.loads((out / name / "pages.json").read_text("utf-8"))
        assert [(p["file"], p["page"], p["kind"]) for p in pages] == [("1.png", 1, kinds[name][0])]
        assert (out / name / "report.xlsx").is_file()
        assert (out / name / "tables" / "1-1.json").is_file() == (name != "b")
    (failed,) = result.failed
    assert failed[0] == "b" and failed[1].reason.startswith("1.png, page 1: ")
    return failed[1].reason


@pytest.mark.parametrize(("death", "word"), [("exit", "exit code 7"), ("kill", "signal 9"), ("segfault", "signal 11")])
def test_a_worker_that_dies(tmp_path: Path, scans, counter: Path, death, word: str) -> None:
    result = read(scans(a=False, b=True, c=False), tmp_path / "out", fault_engines.dying(death, str(counter)))
    reason = only_b_failed(result, tmp_path / "out")
    assert word in reason and "twice" in reason
    assert len(set(counter.read_text().split())) == 2, "tried in two processes"


@pytest.mark.parametrize(
    ("fault", "word"),
    [("crash", "crashed on purpose"), ("garbage", "no text"), ("short", "readings for"), ("not a number", "posterior")],
)
def test_an_engine_that_answers_nonsense(tmp_path: Path, scans, counter: Path, fault, word: str) -> None:
    result = read(scans(a=False, b=True, c=False), tmp_path / "out", fault_engines.faulty(fault, str(counter)))
    assert word in only_b_failed(result, tmp_path / "out")
    assert len(counter.read_text().split()) == 1, "an answer is an answer: not asked again"


def test_an_engine_that_hangs(tmp_path: Path, scans, counter: Path) -> None:
    settings = RunSettings(workers=1, page_seconds=8)
    engines = fault_engines.faulty("hang", str(counter))
    result = read(scans(a=False, b=True, c=False), tmp_path / "out", engines, settings)
    reason = only_b_failed(result, tmp_path / "out")
    assert "longer than 8 s" in reason and "twice" in reason
    for process in counter.read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process), 0)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("shared", [False, True])
def test_an_engine_that_takes_memory_without_end(tmp_path: Path, scans, counter: Path, shared: bool) -> None:
    settings = RunSettings(workers=1, worker_memory=700 << 20)
    engines = fault_engines.hungry(shared, str(counter))
    result = read(scans(a=False, b=True, c=False), tmp_path / "out", engines, settings)
    reason = only_b_failed(result, tmp_path / "out")
    # Of its own memory the system gives a worker no more; on a busy machine the watch may see it first.
    words = ("MB of --worker-memory",) if shared else ("not enough memory", "MB of --worker-memory")
    assert any(word in reason for word in words) and "tried twice" in reason
    assert len(set(counter.read_text().split())) == 2, "tried in two processes"


def test_workers_are_replaced_between_pages(tmp_path: Path, scans, counter: Path) -> None:
    settings = RunSettings(workers=1, worker_pages=2)
    documents = dict.fromkeys("abcde", True)
    result = read(scans(**documents), tmp_path / "out", fault_engines.counting(str(counter)), settings)
    processes = counter.read_text().split()
    calls = [processes.count(p) for p in dict.fromkeys(processes)]
    assert result.exit_code == 0 and len(calls) == 3
    assert calls[0] == calls[1] == 2 * calls[2], "two pages, two pages, one page"


def test_a_worker_that_leaks_is_worn() -> None:
    class Leaking:
        pages, settled, held = SETTLED, 0, 100 << 20

    pool = WorkerPool(fault_engines.null, EngineOptions(), workers=1, limits=Limits())
    worker = Leaking()
    assert not pool._is_worn(worker) and worker.settled == 100 << 20
    worker.held = 400 << 20
    assert not pool._is_worn(worker)
    worker.held = 500 << 20
    assert pool._is_worn(worker)
    worker.pages, worker.held = 1000, 1
    assert pool._is_worn(worker)


def test_a_page_that_killed_its_process_is_tried_again_alone(tmp_path: Path, scans, counter: Path) -> None:
    """While it is, no other page is given out."""
    pages = [small_page(printed=printed) for printed in (True, False, False, False)]
    engines = fault_engines.dying("kill", str(counter))
    with WorkerPool(engines, EngineOptions(), workers=3, limits=Limits(600)) as pool:
        for number, pixels in enumerate(pages, start=1):
            pool.submit(task(pixels, number))
        answers = []
        while pool.outstanding:
            alone = [w for w in pool._workers if w.task is not None and w.task.alone]
            assert len(alone) <= 1 and (not alone or len(pool._busy) == 1)
            answers += pool.answers()
    assert sorted(a.task.number for a in answers) == [1, 2, 3, 4]
    assert [a.task.number for a in answers if isinstance(a.result, PageFailure)] == [1]


def test_two_workers_share_the_work_and_nothing_is_lost(tmp_path: Path, scans, counter: Path) -> None:
    settings = RunSettings(workers=2)
    documents = {"a": True, "b": False, "c": True, "d": False, "e": False}
    result = read(scans(**documents), tmp_path / "out", fault_engines.dying("kill", str(counter)), settings)
    kinds = {d.name: d.pages[0].kind for d in result.documents}
    assert kinds == {name: "failed" if printed else "text" for name, printed in documents.items()}


@pytest.mark.parametrize(
    ("engines", "error", "word"),
    [
        (fault_engines.without_weights, ModelError, "No weights for the test"),
        (fault_engines.broken_engine, EngineError, "cannot be made"),
        (fault_engines.dies_at_start, EngineError, "exit code 9"),
    ],
)
def test_an_engine_that_cannot_be_made_is_no_pages_fault(tmp_path: Path, scans, engines, error, word: str) -> None:
    folder = scans(a=True, b=False)
    with pytest.raises(error, match=word):
        read(folder, tmp_path / "out", engines)
    assert not list((tmp_path / "out").glob("**/pages.json")), "nothing passes for finished"
    result = read(folder, tmp_path / "out", fault_engines.sizes)
    assert not result.failed and not any(d.kept for d in result.documents)


def test_every_cell_is_read_and_delivered(tmp_path: Path, scans) -> None:
    read(scans(a=True), tmp_path / "out", fault_engines.sizes)
    table = json.loads((tmp_path / "out" / "a" / "tables" / "1-1.json").read_text("utf-8"))
    assert (table["n_rows"], table["n_cols"], len(table["cells"])) == (5, 3, 15)
    assert all(cell["text"].isdigit() and cell["raw"] == cell["text"] for cell in table["cells"])
    html = (tmp_path / "out" / "a" / "tables" / "1-1.html").read_text("utf-8")
    assert html.count("<td>") == 15 and html.count("<tr>") == 5


def task(pixels, number: int) -> PageTask:
    return PageTask((0, number), PageImage(pixels, None, f"{number}.png", 1), number)


def answered(pool: WorkerPool) -> list[PageAnswer]:
    """The next answers, however long they take."""
    while pool.outstanding:
        if answers := list(pool.answers()):
            return answers
    return []


def test_a_worker_killed_while_it_waits_costs_no_page(blank_pixels) -> None:
    with WorkerPool(fault_engines.null, EngineOptions(), workers=1, limits=Limits(60)) as pool:
        pool.submit(task(blank_pixels, 1))
        (first,) = answered(pool)
        for number in (2, 3, 4):
            (worker,) = pool._workers
            os.kill(worker.process.pid or 0, signal.SIGKILL)
            worker.process.join()
            pool.submit(task(blank_pixels, number))
            (answer,) = answered(pool)
            assert answer.task.number == number and not isinstance(answer.result, PageFailure)
    assert pool.outstanding == 0 and not isinstance(first.result, PageFailure)
    assert list(pool.answers()) == []


def test_a_bug_on_one_document_costs_its_forms_and_nothing_else(
    tmp_path: Path, scans, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gouji import closing

    honest = closing.rebuild

    def broken(contents, templates):
        if any(c.tables and c.tables[0].cells[0].cell.text for c in contents):
            raise IndexError("a bug")
        return honest(contents, templates)

    monkeypatch.setattr(closing, "rebuild", broken)
    result = read(scans(a=False, b=True, c=False), tmp_path / "out", fault_engines.sizes)
    by_name: dict[str, DocumentResult] = {d.name: d for d in result.documents}
    assert [by_name[n].pages[0].kind for n in "abc"] == ["text", "failed", "text"]
    assert "IndexError: a bug" in by_name["b"].pages[0].reason and result.exit_code == 3
    assert (tmp_path / "out" / "b" / "tables" / "1-1.json").is_file(), "what was read is delivered all the same"


def test_weights_that_are_missed_in_the_middle_end_the_run_too(tmp_path: Path, scans) -> None:
    folder = scans(a=True)
    titled = small_page(printed=True)
    cv2.putText(titled, "a title outside", (60, 50), cv2.FONT_HERSHEY_SIMPLEX, 1, (0,), 2)
    (folder / "b").mkdir()
    cv2.imwrite(str(folder / "b" / "1.png"), titled)
    with pytest.raises(ModelError, match="No weights for the detector"):
        read(folder, tmp_path / "out", fault_engines.without_detector)
    assert not (tmp_path / "out" / "b" / "pages.json").exists(), "b is read by the next run"


def test_a_worker_has_one_thread_for_arithmetic_and_the_parent_keeps_its_own(monkeypatch, blank_pixels) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with WorkerPool(fault_engines.null, EngineOptions(), workers=1, limits=Limits(60)) as pool:
        pool.submit(task(blank_pixels, 1))
        (worker,) = pool._workers
        assert answered(pool)
        born = Path(f"/proc/{worker.process.pid}/environ").read_bytes().split(b"\0")
    assert b"OMP_NUM_THREADS=1" in born and b"OPENBLAS_NUM_THREADS=1" in born
    assert os.environ["OMP_NUM_THREADS"] == "5" and "OPENBLAS_NUM_THREADS" not in os.environ
