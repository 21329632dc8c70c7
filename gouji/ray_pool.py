"""``RayPool``: pages read by actors on a Ray cluster, with the interface of ``WorkerPool``.

The driver (this process) keeps every page until its answer is there: what a node took with it when it was lost is given
to another. An actor holds two pages at most, one that it reads and one that waits, so that it never waits for the
network and little is in flight.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from export.files import write_atomic
from forms import EngineError, ModelError, OutputError
from layout import PageImage
from ocr import EngineOptions

from .page_file import PageFile
from .ray_actor import Done, Hello, NotHere, WeightsMissing
from .ray_cluster import first_line
from .ray_crew import Actor, Crew, RaySettings
from .workers import TWICE, EngineFactory, PageAnswer, PageFailure, PageTask

DEPTH = 2
"""Pages that an actor holds: one it reads, one that is there when it has finished."""
MOST_LOSSES = 8
"""A page that was lost this often, with whatever node, is given up: it may be what ends the nodes."""
FILES = 16
"""Files that are kept in the object store for nodes that cannot reach them."""
MOST_BYTES = 2 << 30
"""Pixels that the driver holds for pages in flight."""


class RayPool:
    """``submit`` pages, ``answers`` yields what came of them, in any order, until none is ``outstanding``.

    Both raise ``ModelError``, ``UsageError`` or ``EngineError`` when the engines cannot be made at all, the nodes are
    not alike, or the cluster is gone. A page that ends its actor, or takes longer than ``page_seconds``, is tried once
    more, alone on another one; a page whose node is lost is given to another without counting.
    """

    def __init__(
        self, factory: EngineFactory, options: EngineOptions, *, page_seconds: float, settings: RaySettings
    ) -> None:
        self._factory, self._options, self._limit, self._settings = factory, options, page_seconds, settings
        self._crew: Crew | None = None
        self._waiting: deque[PageTask] = deque()
        self._suspects: deque[PageTask] = deque()
        self._answers: deque[PageAnswer] = deque()
        self._blamed: dict[tuple[int, int], list[str]] = {}
        self._losses: dict[tuple[int, int], int] = {}
        self._blind: set[str] = set()
        self._files: dict[tuple[Path, int, int], Any] = {}
        self._bytes = 0

    def __enter__(self) -> RayPool:
        self._crew = Crew(self._factory, self._options, self._settings)
        return self

    def __exit__(self, *error: object) -> None:
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.close()

    @property
    def crew(self) -> Crew:
        """The actors; there are none before the pool is entered."""
        assert self._crew is not None, "enter the pool first"
        return self._crew

    @property
    def outstanding(self) -> int:
        """Pages submitted and not yet answered."""
        return len(self._answers) + self._unread

    @property
    def _unread(self) -> int:
        return len(self._waiting) + len(self._suspects) + self.crew.held

    @property
    def full(self) -> bool:
        """True when more pages would only wait: enough for every actor there is room for, or too many pixels."""
        room = self.crew.targets()
        return self.outstanding >= DEPTH * max(1, room.cpu + room.gpu) or self._bytes >= MOST_BYTES

    def submit(self, task: PageTask) -> None:
        if not self.outstanding:
            self.crew.begin()
        self._bytes += _size(task)
        self._waiting.append(task)
        self._dispatch()
        self._listen(0.0)

    def answers(self) -> Iterator[PageAnswer]:
        """Wait half a second at most for a page that is done and yield all that are."""
        self._dispatch()
        if not self._answers:
            self._listen(0.5)
        self._dispatch()
        while self._answers:
            answer = self._answers.popleft()
            self._bytes -= _size(answer.task)
            yield answer

    # Giving pages

    def _dispatch(self) -> None:
        """Pages to the actors that hold fewest; a page that ended one goes to another that has nothing else."""
        for actor in [a for a in self.crew.actors if a.given >= self._settings.pages_per_actor and not a.held]:
            self.crew.remove(actor)
        self.crew.staff(self._unread)
        for depth in range(DEPTH):
            for actor in [a for a in self.crew.actors if len(a.held) == depth and self._takes_pages(a)]:
                if self._suspects:
                    if depth > 0:
                        return  # until one of them has finished what it holds
                    self._give(actor, self._suspects.popleft())
                    actor.alone = bool(actor.held)
                elif self._waiting:
                    self._give(actor, self._waiting.popleft())

    def _takes_pages(self, actor: Actor) -> bool:
        return actor.ready and not actor.alone and actor.given < self._settings.pages_per_actor

    def _give(self, actor: Actor, task: PageTask) -> None:
        if isinstance(task.page, PageFile) and actor.node in self._blind:
            try:
                sent = (task, self._content(task.page))
            except OSError as error:
                reason = f"the file cannot be read any more: {error.strerror or error}. Put it back and run again."
                self._answers.append(PageAnswer(task, PageFailure(reason), 0.0))
                return
        else:
            sent = (task, None)
        if not actor.held:
            actor.since = time.monotonic()
        actor.given += 1
        actor.held.append((actor.handle.read.remote(*sent), task))

    def _content(self, page: PageFile) -> Any:
        """The file in the object store, for nodes that do not have it: sent once to a node, whatever pages it reads."""
        key = (page.path, page.bytes, page.mtime_ns)
        if key not in self._files:
            while len(self._files) >= FILES:
                del self._files[next(iter(self._files))]
            self._files[key] = self.crew.cluster.ray.put(page.path.read_bytes())
        self._files[key] = self._files.pop(key)  # used last
        return self._files[key]

    # Hearing what came of them

    def _listen(self, timeout: float) -> None:
        """Take what the actors say within ``timeout`` seconds, and see to those that take too long."""
        ray = self.crew.cluster.ray
        asked = {a.awaited: a for a in self.crew.actors if a.awaited is not None}
        if asked:
            ready, _ = ray.wait([*asked], num_returns=1, timeout=timeout)
            if ready and len(asked) > 1:
                ready, _ = ray.wait([*asked], num_returns=len(asked), timeout=0)
            for reference in ready:
                if asked[reference] in self.crew.actors:  # else another's word has ended it just now
                    self._hear(asked[reference], reference)
        elif self.outstanding:
            time.sleep(timeout)
        now = time.monotonic()
        for actor in [a for a in self.crew.actors if a.held and now - a.since > self._limit]:
            self._lost(actor, f"Reading took longer than {self._limit:g} s and was given up.", fault=True)
        self.crew.check_started()

    def _hear(self, actor: Actor, reference: Any) -> None:
        try:
            said = self.crew.cluster.ray.get(reference)
        except Exception as error:
            self._broken(actor, error)
            return
        if isinstance(said, Hello):
            self.crew.met(actor, said)
        else:
            _, task = actor.held.popleft()
            actor.since, actor.alone = time.monotonic(), False
            self._done(actor, task, said)

    def _done(self, actor: Actor, task: PageTask, done: Done) -> None:
        result: Any = done.result
        if isinstance(result, WeightsMissing):
            raise ModelError(f"On node {actor.host}: {result.reason}")
        if isinstance(result, NotHere):
            self._blind.add(actor.node)
            self._waiting.appendleft(task)
            return
        if isinstance(result, PageFailure) and result.again:
            if not task.tries:
                self._suspects.append(replace(task, tries=1))
                return
            result = replace(result, reason=f"{result.reason} {TWICE}")
        if done.overlay and task.overlay is not None:
            try:
                write_atomic(task.overlay, done.overlay)
            except OutputError as error:
                result = PageFailure(str(error))
        self._blamed.pop(task.key, None)
        self._losses.pop(task.key, None)
        answered = task if done.size is None else replace(task, page=done.size)
        self._answers.append(PageAnswer(answered, result, done.seconds))

    # Losses

    def _broken(self, actor: Actor, error: Exception) -> None:
        """Ray's word for what happened to an actor, or to an answer that was under way."""
        errors = self.crew.cluster.ray.exceptions
        if isinstance(error, errors.LocalRayletDiedError):
            raise EngineError("Ray's own process on this machine has ended. Start Ray again and run again.")
        if isinstance(error, errors.RayTaskError) and not isinstance(error, errors.RayActorError) and actor.held:
            _, task = actor.held.popleft()  # it could not even be unpacked there, or its answer not packed
            reason = f"The page could not be read on node {actor.host}: {first_line(error.cause)}"
            self._answers.append(PageAnswer(task, PageFailure(reason), time.monotonic() - actor.since))
            actor.since, actor.alone = time.monotonic(), False
            return
        gone = (errors.ActorUnavailableError, errors.NodeDiedError, errors.ObjectLostError)
        if isinstance(error, gone) or "node has died" in str(error) or "its node" in str(error):
            self._lost(actor, "Its node was lost.", fault=False)
        elif isinstance(error, errors.OutOfMemoryError):
            self._lost(actor, "The reading process was ended because its node ran out of memory.", fault=True)
        elif not actor.ready:
            self._lost(actor, _without_trace(error), fault=True)
        else:
            self._lost(actor, "The reading process died on this page.", fault=True)

    def _lost(self, actor: Actor, reason: str, *, fault: bool) -> None:
        """The page that the actor read is tried again or given up; the one behind it goes back in front."""
        held = [task for _, task in actor.held]
        if not actor.ready and fault:
            self.crew.not_started(actor, reason)
            return
        self.crew.remove(actor)
        self._waiting.extendleft(reversed(held[1:]))
        if not held:
            return
        task = held[0]
        self._losses[task.key] = self._losses.get(task.key, 0) + 1
        if fault:
            self._blamed.setdefault(task.key, []).append(actor.node)
        if self._losses[task.key] >= MOST_LOSSES or self._is_to_blame(task):
            times = "twice" if self._losses[task.key] == 2 else f"{self._losses[task.key]} times"
            seconds = time.monotonic() - actor.since
            self._answers.append(PageAnswer(task, PageFailure(f"{reason} It was tried {times}."), seconds))
        elif fault:
            self._suspects.append(replace(task, tries=task.tries + 1))
        else:
            self._waiting.appendleft(task)

    def _is_to_blame(self, task: PageTask) -> bool:
        """Two of its actors ended, and not because their node was about to: that shows a little later."""
        blamed = self._blamed.get(task.key, [])
        if len(blamed) < 2:
            return False
        living = self.crew.cluster.nodes(now=True)
        return sum(node in living for node in blamed) >= 2


def _size(task: PageTask) -> int:
    page: Any = task.page
    return int(page.pixels.nbytes) if isinstance(page, PageImage) else 0


def _without_trace(error: Exception) -> str:
    """The last line of a remote traceback, which says what it was."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else first_line(error)
