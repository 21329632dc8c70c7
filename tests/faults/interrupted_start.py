"""A pool whose first worker is interrupted at its birth: usage interrupted_start.py parent|child|both

SIGINT comes right after the fork, before the parent has written what the child is to do. Prints what became of it.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import signal
import sys
from multiprocessing import resource_tracker, util

import fault_engines
import numpy as np

from gouji.workers import Limits, PageTask, WorkerPool
from layout import PageImage
from ocr import EngineOptions


def main(who: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    born: list[int] = []
    resource_tracker.ensure_running()
    honest = util.spawnv_passfds

    def interrupted(*arguments: object) -> int:
        born.append(honest(*arguments))
        for process in {"parent": [os.getpid()], "child": born, "both": [*born, os.getpid()]}[who]:
            os.kill(process, signal.SIGINT)
        return born[-1]

    util.spawnv_passfds = interrupted
    page = PageImage(np.full((300, 200), 255, np.uint8), None, "1.png", 1)
    with WorkerPool(fault_engines.null, EngineOptions(), workers=1, limits=Limits(600)) as pool:
        with contextlib.suppress(KeyboardInterrupt):
            pool.submit(PageTask((0, 1), page, 1))
            print("not interrupted")
        answers = []
        while pool.outstanding:
            answers += pool.answers()
        print(f"{len(answers)} page by {len(born)} worker, {len(mp.active_children())} alive")
    print(f"{len(mp.active_children())} left")


if __name__ == "__main__":
    main(sys.argv[1])
