"""Readers on a real Ray cluster of several nodes, all on this machine: nothing is lost, nothing reads otherwise."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import fault_engines
import killed_run
import pytest
import ray_engines
from small_pages import small_page

pytest.importorskip("ray", reason="Ray is not installed: pip install 'gouji[ray]'")

import ray
from ray.cluster_utils import Cluster

from forms import EngineError, ModelError, UsageError
from gouji import batch, closing, ray_crew
from gouji.page_file import PageFile, PageSize
from gouji.ray_crew import RaySettings
from gouji.ray_pool import RayPool
from gouji.settings import RunSettings
from gouji.workers import EngineFactory, PageAnswer, PageFailure, PageTask
from layout import LoadSettings, PageImage
from ocr import EngineOptions

ROOT = Path(__file__).parents[2]
STORE = 80 << 20
CPU = EngineOptions(device="cpu")
KINDS = (".json", ".html", ".png")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two nodes of one core; the second says that it has a GPU. The driver is connected all the while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "tests" / "faults")]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        head = {"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False}
        made = Cluster(initialize_head=True, head_node_args=head)
        try:
            made.add_node(num_cpus=1, num_gpus=1, object_store_memory=STORE)
            ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


def pool(
    factory: EngineFactory, options: EngineOptions = CPU, *, page_seconds: float = 300, **settings: object
) -> RayPool:
    return RayPool(factory, options, page_seconds=page_seconds, settings=RaySettings(**settings))


def task(number: int, *, printed: bool = True) -> PageTask:
    page = PageImage(small_page(printed=printed), None, f"{number}.png", 1)
    return PageTask((0, number), page, number)


def collect(readers: RayPool) -> list[PageAnswer]:
    found: list[PageAnswer] = []
    while readers.outstanding:
        found += readers.answers()
    return sorted(found, key=lambda a: a.task.key)


def reason(answer: PageAnswer) -> str:
    assert isinstance(answer.result, PageFailure)
    return answer.result.reason


def opened(folder: Path, readers: int, then: object = None) -> threading.Thread:
    """Opens the gate when so many readers wait there, and does something just before."""

    def watch() -> None:
        ray_engines.wait_for(lambda: len(list(folder.iterdir())) >= readers)
        if callable(then):
            then()
        (folder / "open").touch()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


# Whole runs: the same files, byte for byte


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "rebuild", killed_run.made_up)
    monkeypatch.setattr(closing, "judge", killed_run.unjudged)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Four documents of two pages each, all different, and one whose only page cannot be read."""
    for name in "abcd":
        (tmp_path / "scans" / name).mkdir(parents=True)
        for number in (1, 2):
            page = small_page(printed=True, text=f"{ord(name)}{number}" * number)
            assert cv2.imwrite(str(tmp_path / "scans" / name / f"{number}.png"), page)
    (tmp_path / "scans" / "bad").mkdir()
    (tmp_path / "scans" / "bad" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n no picture")
    return tmp_path / "scans"


def results(out: Path) -> dict[str, bytes]:
    """Every file but the run's own status and the workbooks, which hold the day; pages without times."""
    files = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*.*") if p.suffix in KINDS}
    del files["status.json"]
    for name, data in files.items():
        if name.endswith("pages.json"):
            files[name] = json.dumps([{**page, "seconds": 0} for page in json.loads(data)]).encode()
    assert len([n for n in files if "/forms/" in n]) == 8 and len([n for n in files if "/overlays/" in n]) == 8
    return files


def read(scans: Path, out: Path, engines: EngineFactory, make: batch.PoolMaker) -> batch.BatchResult:
    settings = RunSettings(workers=1, overlays=True, engine=CPU)
    return batch.run([scans], out, settings, engines=engines, pool=make)


def far(engines: EngineFactory, settings: RunSettings) -> RayPool:
    return pool(engines, settings.engine)


def test_a_node_killed_in_the_middle_changes_nothing(cluster, scans, tmp_path: Path, made_up) -> None:
    gate = tmp_path / "gate"
    gate.mkdir()
    local = read(scans, tmp_path / "local", fault_engines.sizes, batch.local_pool)
    victim = cluster.add_node(num_cpus=1, object_store_memory=STORE)
    watch = opened(gate, 3, then=lambda: cluster.remove_node(victim, allow_graceful=False))
    result = read(scans, tmp_path / "ray", ray_engines.gated(gate), far)
    watch.join()
    assert len([p for d in result.documents for p in d.pages]) == 9 and len(result.failed) == 1
    assert results(tmp_path / "ray") == results(tmp_path / "local")
    assert [f[1].reason for f in result.failed] == [f[1].reason for f in local.failed]
    assert len(list(gate.iterdir())) == 4, "three readers, on three nodes, and the sign"


# Pages that do harm


def test_a_page_that_ends_its_reader_is_tried_twice_and_costs_no_other(cluster, counter: Path) -> None:
    with pool(fault_engines.dying("segfault", str(counter))) as readers:
        for number in range(1, 8):
            readers.submit(task(number, printed=number == 3))
        answers = collect(readers)
    assert [a.task.number for a in answers] == [1, 2, 3, 4, 5, 6, 7]
    assert [a.task.number for a in answers if isinstance(a.result, PageFailure)] == [3]
    assert "died on this page" in reason(answers[2]) and "twice" in reason(answers[2])
    assert len(set(counter.read_text().split())) == 2, "tried in two processes"


def test_a_page_that_hangs_is_given_up(cluster, counter: Path) -> None:
    with pool(fault_engines.faulty("hang", str(counter)), page_seconds=2) as readers:
        for number in (1, 2, 3):
            readers.submit(task(number, printed=number == 2))
        answers = collect(readers)
    assert "longer than 2 s" in reason(answers[1]) and "twice" in reason(answers[1])
    assert len(counter.read_text().split()) == 2


def test_what_an_engine_says_of_a_page_is_its_answer(cluster, counter: Path) -> None:
    with pool(fault_engines.faulty("crash", str(counter))) as readers:
        readers.submit(task(1))
        (answer,) = collect(readers)
    assert "crashed on purpose" in reason(answer)
    assert len(counter.read_text().split()) == 1


def test_readers_are_replaced_before_they_grow_old(cluster, tmp_path: Path) -> None:
    (tmp_path / "open").touch()
    with pool(ray_engines.gated(tmp_path), actors=1, pages_per_actor=2) as readers:
        for number in range(1, 6):
            readers.submit(task(number))
        assert len(collect(readers)) == 5
    assert len(list(tmp_path.iterdir())) == 4, "three processes, and the sign"


# Engines that are not there


@pytest.mark.parametrize(
    ("engines", "error", "word"),
    [
        (fault_engines.without_weights, ModelError, "No weights for the test"),
        (fault_engines.dies_at_start, EngineError, "No reader can be started"),
    ],
)
def test_an_engine_that_cannot_be_made_is_no_pages_fault(cluster, engines, error, word: str) -> None:
    with pytest.raises(error, match=word), pool(engines) as readers:
        readers.submit(task(1))
        collect(readers)


def test_nodes_that_read_with_different_weights_are_refused(cluster) -> None:
    with pytest.raises(UsageError, match="does not read as the others do"), pool(ray_engines.unlike) as readers:
        for number in (1, 2, 3, 4):
            readers.submit(task(number))
        collect(readers)


def test_a_cluster_without_room_is_not_waited_for_without_end(cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_crew, "START_SECONDS", 1.0)
    with pytest.raises(EngineError, match="64 free cores"), pool(fault_engines.null, cpus=64.0) as readers:
        readers.submit(task(1))
        collect(readers)


# GPUs (the node only says that it has one; the engine notes for which device it was made)


def devices(folder: Path) -> list[str]:
    return sorted(p.name.partition("-")[2] for p in folder.iterdir() if "-" in p.name)


def test_readers_with_and_without_a_gpu_share_the_pages(cluster, tmp_path: Path) -> None:
    watch = opened(tmp_path, 2)
    with pool(ray_engines.gated(tmp_path), EngineOptions(device="auto")) as readers:
        for number in range(1, 9):
            readers.submit(task(number))
        assert len(collect(readers)) == 8
    watch.join()
    assert devices(tmp_path) == ["cpu", "gpu"]


def test_only_gpus_where_they_were_asked_for(cluster, tmp_path: Path) -> None:
    (tmp_path / "open").touch()
    with pool(ray_engines.gated(tmp_path), EngineOptions(device="gpu")) as readers:
        readers.submit(task(1))
        readers.submit(task(2))
        assert len(collect(readers)) == 2
    assert devices(tmp_path) == ["gpu"]
    none = pool(ray_engines.gated(tmp_path), EngineOptions(device="gpu"), gpu_actors=0)
    with pytest.raises(ModelError, match="no node of the Ray cluster has a GPU"), none as readers:
        readers.submit(task(1))


def test_a_gpu_that_cannot_be_used_leaves_the_others_to_read(cluster, tmp_path: Path, caplog) -> None:
    (tmp_path / "open").touch()
    with pool(ray_engines.without_cuda(tmp_path), EngineOptions(device="auto")) as readers:
        for number in range(1, 5):
            readers.submit(task(number))
        assert not [a for a in collect(readers) if isinstance(a.result, PageFailure)]
    assert set(devices(tmp_path)) == {"cpu"}
    assert "its GPU is not used: --device gpu: this onnxruntime has no CUDA." in caplog.text


# Pages that readers load themselves


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "1.png"
    assert cv2.imwrite(str(path), small_page(printed=True))
    return path


def test_a_reader_loads_the_pages_it_can_reach_and_is_sent_the_others(cluster, file: Path, tmp_path: Path) -> None:
    (tmp_path / "2.png").write_bytes(b"")
    here, empty = (PageFile.of(tmp_path / name, f"a/{name}", 1, LoadSettings()) for name in ("1.png", "2.png"))
    elsewhere = replace(here, mtime_ns=1)  # as where a node has another file of this name
    with pool(fault_engines.sizes) as readers:
        for number, page in enumerate([here, empty, elsewhere, elsewhere], 1):
            readers.submit(PageTask((0, number), page, number))
        readers.submit(task(5))
        loaded, unreadable, *sent = collect(readers)
    size = loaded.task.page
    assert isinstance(size, PageSize) and (size.file, size.width, size.height) == ("a/1.png", 500, 700)
    assert "zero bytes" in reason(unreadable) and unreadable.result.placed
    for answer in sent:
        assert _numbered(answer.result.content.tables, 1) == loaded.result.content.tables


def _numbered(tables, page: int):
    return tuple(
        replace(t, page=page, cells=tuple(replace(c, cell=replace(c.cell, page=page)) for c in t.cells)) for t in tables
    )


# The driver


def test_few_pages_are_in_flight(cluster, tmp_path: Path) -> None:
    with pool(ray_engines.gated(tmp_path)) as readers:
        assert not readers.full
        for number in range(1, 5):
            assert not readers.full, "two for each of two readers"
            readers.submit(task(number))
        assert readers.full and readers.outstanding == 4
        (tmp_path / "open").touch()
        collect(readers)
        assert not readers.full


def test_without_ray_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'gouji\[ray\]'"), pool(fault_engines.null):
        pass
