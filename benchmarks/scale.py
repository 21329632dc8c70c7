"""``python -m benchmarks.scale nodes|growth|needs``: what many nodes and many pages cost.

``nodes``: pages per second of 1, 2 and 4 simulated Ray nodes whose engine sleeps: what is lost between them.
``growth``: a whole run over N pages with a simulated engine: driver's seconds, memory, disk and ledger per page.
``needs``: from costs per page to cores, days and disk for any number of pages.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .machine import machine
from .tables import Column, markdown

if TYPE_CHECKING:
    from gouji.page import Engines, PageRead
    from gouji.reader import EngineFactory, PageAnswer, PageTask
    from gouji.settings import RunSettings
    from ocr import EngineOptions

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "data" / "scans" / "office-dept"
LINEAR = 0.9
"""Least share of n times one node's pages per second that n nodes must reach."""
STORE = 80 << 20


# Nodes


@dataclass(frozen=True, slots=True)
class NodesSpeed:
    """Pages per second of so many nodes; ``share`` of what as many single nodes would read."""

    nodes: int
    pages: int
    seconds: float
    share: float = 1.0

    @property
    def speed(self) -> float:
        return self.pages / self.seconds


def shares(found: Sequence[NodesSpeed]) -> list[NodesSpeed]:
    """With each one's share of linear growth from the smallest."""
    first = min(found, key=lambda f: f.nodes)
    return [replace(f, share=f.speed / f.nodes / (first.speed / first.nodes)) for f in found]


class SleepingDetector:
    """Takes its time and no processor; finds nothing."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def detect(self, image: Any) -> list[Any]:
        time.sleep(self.seconds)
        return []


def sleeping(seconds: float) -> EngineFactory:
    return partial(_sleeping, seconds)


def _sleeping(seconds: float, options: EngineOptions) -> Engines:
    from gouji.page import Engines
    from ocr import NullRecogniser

    return Engines(NullRecogniser(), SleepingDetector(seconds))


def cheap_page() -> Any:
    """(120, 90) grey with one number and no table: a hundredth of a second beside the engine's sleep."""
    import cv2
    import numpy as np

    page = np.full((120, 90), 255, np.uint8)
    cv2.putText(page, "123", (10, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.3, (0,), 1)
    return page


def time_nodes(nodes: int, pages: int, seconds: float) -> NodesSpeed:
    """``pages`` for each of ``nodes`` nodes of one core, all on this machine; the clock starts when all can read."""
    import ray
    from ray.cluster_utils import Cluster

    from gouji.ray_crew import RaySettings
    from gouji.ray_pool import RayPool
    from gouji.reader import PageTask
    from layout import PageImage
    from ocr import EngineOptions

    page = PageImage(cheap_page(), None, "1.png", 1)
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False},
    )
    try:
        for _ in range(nodes - 1):
            cluster.add_node(num_cpus=1, object_store_memory=STORE)
        options = EngineOptions(device="cpu")
        settings = RaySettings(address=cluster.address)
        with RayPool(sleeping(seconds), options, page_seconds=300, settings=settings) as pool:
            for number in range(2 * nodes):
                pool.submit(PageTask((0, number), page, 1))
            while pool.outstanding or sum(a.ready for a in pool.crew.actors) < nodes:
                list(pool.answers())
            start, given, done = time.perf_counter(), 0, 0
            while done < pages * nodes:
                while given < pages * nodes and not pool.full:
                    pool.submit(PageTask((1, given), page, 1))
                    given += 1
                done += len(list(pool.answers()))
            return NodesSpeed(nodes, pages * nodes, time.perf_counter() - start)
    finally:
        ray.shutdown()
        cluster.shutdown()


def nodes_table(found: Sequence[NodesSpeed]) -> str:
    head = [
        Column("nodes", "{:d}"), Column("pages", "{:d}"), Column("seconds", "{:.1f}"), Column("pages/s", "{:.2f}"),
        Column("share of linear", "{:.3f}"),
    ]  # fmt: skip
    return markdown(head, [[f.nodes, f.pages, f.seconds, f.speed, f.share] for f in found])


# Growth


@dataclass(frozen=True, slots=True)
class Growth:
    """A run over ``pages`` pages: the driver's seconds by clock and processor, its peak memory, bytes on disk."""

    pages: int
    documents: int
    wall: float
    cpu: float
    memory_mb: float
    ledger: int
    spool: int
    results: int
    files: int


class ReplayPool:
    """A ``PagePool`` that has read every page before: ``contents`` by the file's label."""

    def __init__(self, reads: dict[str, PageRead]) -> None:
        self._reads = reads
        self._waiting: deque[PageTask] = deque()

    def __enter__(self) -> ReplayPool:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()

    @property
    def outstanding(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        return len(self._waiting) >= 2

    def submit(self, task: PageTask) -> None:
        self._waiting.append(task)

    def answers(self) -> Iterator[PageAnswer]:
        from gouji.page_file import PageFile, PageSize
        from gouji.reader import PageAnswer

        while self._waiting:
            task = self._waiting.popleft()
            assert isinstance(task.page, PageFile)
            read = self._reads[task.page.file.partition("-")[2]]
            tables = tuple(replace(table, page=task.number) for table in read.content.tables)
            content = replace(read.content, file=task.page.file, page=task.number, tables=tables)
            size = PageSize(task.page.file, 1, content.width, content.height, None)
            yield PageAnswer(replace(task, page=size), replace(read, content=content), 1.0)


def recorded(folder: Path, *, engine: str) -> dict[str, PageRead]:
    """The pages of a document, read once; ``engine`` "null" reads nothing."""
    import cv2

    from gouji.page import read_page
    from gouji.reader import make_engines
    from layout import LoadSettings, PageImage, find_documents, load_pages
    from ocr import EngineOptions

    cv2.setNumThreads(1)
    engines = make_engines(EngineOptions(engine=engine, device="cpu"))
    (document,) = find_documents(folder).documents
    found: dict[str, PageRead] = {}
    for number, file in enumerate(document.files, 1):
        (page,) = load_pages(file, name=document.label(file), settings=LoadSettings())
        assert isinstance(page, PageImage)
        found[document.label(file)] = read_page(page, number, engines)
    return found


def copies(sample: Path, names: Sequence[str], where: Path, pages: int, times: int = 1) -> int:
    """Documents of hard links to the sample's pages, ``times`` over in each, in folders of 1,000; returns how many."""
    documents = -(-pages // (times * len(names)))
    for k in range(documents):
        folder = where / f"{k // 1000:04d}" / f"{k:07d}"
        folder.mkdir(parents=True)
        for again in range(times):
            for name in names:
                os.link(sample / name, folder / f"{again:04d}-{name}")
    return documents


def grow(pages: int, engine: str, where: Path, times: int = 1) -> Growth:
    """One run in this process, which should be fresh: its peak memory is what is measured."""
    import shutil

    from gouji import batch
    from gouji.settings import RunSettings

    reads = recorded(SAMPLE, engine=engine)
    with tempfile.TemporaryDirectory(dir=where, prefix="scale-") as work:
        scans, out, sample = Path(work) / "scans", Path(work) / "out", Path(work) / "sample"
        shutil.copytree(SAMPLE, sample)  # links do not reach over file systems
        documents = copies(sample, [*reads], scans, pages, times)

        def pool(engines: EngineFactory, settings: RunSettings) -> ReplayPool:
            return ReplayPool(reads)

        start, cpu = time.perf_counter(), time.process_time()
        batch.run([scans], out, RunSettings(workers=1), pool=pool)
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        files = [p for p in out.rglob("*") if p.is_file()]
        sizes = {p: p.stat().st_size for p in files}
        ledger = sum(s for p, s in sizes.items() if p.name.startswith("ledger.sqlite"))
        spool = sum(s for p, s in sizes.items() if p.name == "pages.spool")
        results = sum(sizes.values()) - ledger - spool
        return Growth(documents * times * len(reads), documents, wall, cpu, peak, ledger, spool, results, len(files))


def grow_apart(pages: int, engine: str, where: Path, times: int) -> Growth:
    """``grow`` in a process of its own. Raises ``RuntimeError`` when that fails."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "growth",
        "--engine",
        engine,
        "--at",
        str(where),
        "--times",
        str(times),
    ]
    done = subprocess.run([*command, "--one", str(pages)], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the run over {pages} pages failed: {done.stderr.strip()[-2000:]}")
    return Growth(**json.loads(done.stdout))


def growth_table(found: Sequence[Growth]) -> str:
    head = [
        Column("pages", "{:d}"), Column("driver s/page", "{:.4f}"), Column("of them CPU", "{:.4f}"),
        Column("peak memory MB", "{:.0f}"), Column("ledger B/page", "{:.0f}"), Column("spool B/page", "{:.0f}"),
        Column("results B/page", "{:.0f}"), Column("files/page", "{:.1f}"),
    ]  # fmt: skip
    rows = [
        [g.pages, g.wall / g.pages, g.cpu / g.pages, g.memory_mb, g.ledger / g.pages, g.spool / g.pages,
         g.results / g.pages, g.files / g.pages]
        for g in found
    ]  # fmt: skip
    return markdown(head, rows)


# Needs


@dataclass(frozen=True, slots=True)
class Costs:
    """What a page costs. ``reading``, ``driver``: CPU seconds of a reader's and of the driver's core; bytes on disk."""

    reading: float
    driver: float
    scan: float
    results: float
    ledger: float


@dataclass(frozen=True, slots=True)
class Needs:
    """What so many pages need to be read within ``days``."""

    pages: float
    days: float
    cores: float
    drivers: float
    scans_tb: float
    results_tb: float
    ledger_gb: float
    network_mb: float


def needs(pages: float, days: float, costs: Costs) -> Needs:
    """Cores for reading and for drivers, disk, and MB a second from the share; no reserve is added."""
    seconds = days * 86_400
    return Needs(
        pages,
        days,
        pages * costs.reading / seconds,
        pages * costs.driver / seconds,
        pages * costs.scan / 1e12,
        pages * costs.results / 1e12,
        pages * costs.ledger / 1e9,
        2 * pages * costs.scan / seconds / 1e6,  # the driver reads each file for its hash, and a reader to read it
    )


def needs_table(found: Sequence[Needs]) -> str:
    head = [
        Column("pages", "{:,.0f}"), Column("days", "{:g}"), Column("reading cores", "{:,.1f}"),
        Column("driver cores", "{:,.2f}"), Column("scans TB", "{:,.2f}"), Column("results TB", "{:,.2f}"),
        Column("ledgers GB", "{:,.2f}"), Column("from the share MB/s", "{:,.1f}"),
    ]  # fmt: skip
    return markdown(head, [list(asdict(n).values()) for n in found])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    nodes = commands.add_parser("nodes", help="pages per second of simulated Ray nodes")
    nodes.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 4])
    nodes.add_argument("--pages", type=int, default=30, help="for each node")
    nodes.add_argument("--sleep", type=float, default=1.0, help="seconds for each call of the engine; several a page")
    growth = commands.add_parser("growth", help="a run over N pages with a simulated engine")
    growth.add_argument("--pages", type=int, nargs="+", default=[100, 1000, 10_000])
    growth.add_argument("--engine", default="ppocr", help="reads the sample once; null: nothing is read in its cells")
    growth.add_argument("--at", type=Path, default=Path(tempfile.gettempdir()), help="where scans and results lie")
    growth.add_argument("--times", type=int, default=1, help="the sample's two pages so often in each document")
    growth.add_argument("--one", type=int, help=argparse.SUPPRESS)
    need = commands.add_parser("needs", help="what N pages need")
    need.add_argument("--pages", type=float, nargs="+", default=[1e6, 1e9])
    need.add_argument("--days", type=float, nargs="+", default=[1, 30])
    for name in Costs.__dataclass_fields__:
        need.add_argument(f"--{name}", type=float, required=True, help="a page's, see docs/scale.md")
    a = parser.parse_args(argv)
    if a.command == "growth" and a.one:
        print(json.dumps(asdict(grow(a.one, a.engine, a.at, a.times))))
        return 0
    print(f"{machine()}\n")
    if a.command == "nodes":
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        found = shares([time_nodes(n, a.pages, a.sleep) for n in a.nodes])
        print(nodes_table(found))
        return 0 if all(f.share >= LINEAR for f in found) else 1
    if a.command == "growth":
        print(growth_table([grow_apart(n, a.engine, a.at, a.times) for n in a.pages]))
        return 0
    costs = Costs(*(getattr(a, name) for name in Costs.__dataclass_fields__))
    print(needs_table([needs(pages, days, costs) for pages in a.pages for days in a.days]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
