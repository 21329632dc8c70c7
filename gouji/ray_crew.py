"""The actors of a ``RayPool``: as many as the nodes have room for, all alike, replaced when they end."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from forms import EngineError, ModelError, UsageError
from ocr import EngineOptions

from .ray_actor import Hello, Reader
from .ray_cluster import Capacity, Cluster, connect
from .reader import EngineFactory, PageTask
from .workers import MALLOC, START_SECONDS, THREADS

Kind = Literal["cpu", "gpu"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RaySettings:
    """``address``: see ``connect``. ``cpus``: cores an actor takes. ``gpu_actors``: None for one to each GPU.

    ``pages_per_actor``: an actor that has read so many is replaced by a new one. ``actors``: at most so many; None for
    as many as the cluster has room for, also when nodes come or go. ``memory``: bytes for each actor, None for any.
    """

    address: str | None = None
    actors: int | None = None
    cpus: float = 1.0
    gpu_actors: int | None = None
    pages_per_actor: int = 5000
    memory: int | None = None


@dataclass(eq=False, slots=True)
class Actor:
    """A reader as the driver knows it. ``held``: what it was given, with the references to its answers, oldest first.

    ``given`` counts its pages; ``since``: when it began with the oldest (``time.monotonic``); ``alone``: it may have no
    other beside the one it holds.
    """

    kind: Kind
    handle: Any
    hello: Any
    node: str = ""
    host: str = ""
    ready: bool = False
    alone: bool = False
    given: int = 0
    since: float = field(default_factory=time.monotonic)
    held: deque[tuple[Any, PageTask]] = field(default_factory=deque)

    @property
    def awaited(self) -> Any:
        """The reference to what it will say next; None when nothing was asked of it."""
        return self.hello if not self.ready else self.held[0][0] if self.held else None


class Crew:
    """The readers on a cluster. Raises what ``RayPool`` says."""

    def __init__(self, factory: EngineFactory, options: EngineOptions, settings: RaySettings) -> None:
        self._factory, self._options, self._settings = factory, options, settings
        self.cluster: Cluster = connect(settings.address, cpus=settings.actors or os.cpu_count() or 1)
        self.actors: list[Actor] = []
        self._versions: tuple[tuple[str, str], ...] | None = None
        self._most: dict[Kind, int] = {"cpu": 1 << 30, "gpu": 1 << 30}
        self._failed_starts = 0
        self._idle_since = time.monotonic()

    def close(self) -> None:
        for actor in [*self.actors]:
            self.remove(actor)
        self.cluster.close()

    @property
    def held(self) -> int:
        """Pages that actors hold."""
        return sum(len(a.held) for a in self.actors)

    def targets(self) -> Capacity:
        """How many actors of each kind there should be."""
        device, settings = self._options.device, self._settings
        wanted = 0 if device == "cpu" else settings.gpu_actors
        room = self.cluster.capacity(settings.cpus, wanted)
        gpu = min(room.gpu, self._most["gpu"])
        cpu = 0 if device == "gpu" else min(room.cpu + room.gpu - gpu, self._most["cpu"])
        if device == "gpu" and not gpu and not any(a.kind == "gpu" for a in self.actors):
            raise ModelError(
                "--device gpu: no node of the Ray cluster has a GPU. Start one with 'ray start --num-gpus', "
                "or run with --device cpu."
            )
        if settings.actors is not None:
            gpu = min(gpu, settings.actors)
            cpu = 0 if device == "gpu" else min(settings.actors - gpu, self._most["cpu"])
        return Capacity(gpu, cpu)

    def staff(self, pages: int) -> None:
        """As many actors as the nodes have room for and ``pages`` need; those with a GPU first."""
        if len(self.actors) >= pages:
            return
        targets = self.targets()
        wanted: tuple[tuple[Kind, int], ...] = (("gpu", targets.gpu), ("cpu", targets.cpu))
        for kind, target in wanted:
            missing = min(target - sum(a.kind == kind for a in self.actors), pages - len(self.actors))
            for _ in range(missing):
                self.actors.append(self._hired(kind))

    def _hired(self, kind: Kind) -> Actor:
        settings = self._settings
        made = self.cluster.ray.remote(Reader).options(
            num_cpus=settings.cpus,
            num_gpus=1 if kind == "gpu" else 0,
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy="SPREAD",
            runtime_env={"env_vars": {**MALLOC, **dict.fromkeys(THREADS, "1"), "RAY_USAGE_STATS_ENABLED": "0"}},
        )
        handle = made.remote(self._factory, replace(self._options, device=kind), settings.memory)
        return Actor(kind, handle, handle.hello.remote())

    def remove(self, actor: Actor) -> None:
        self.actors.remove(actor)
        try:
            self.cluster.ray.kill(actor.handle, no_restart=True)
        except Exception as error:  # its node or the cluster is gone, and it with them
            log.debug("an actor could not be ended: %s", error)

    def met(self, actor: Actor, hello: Hello) -> None:
        """An actor's engines are there, or not."""
        if hello.problem and actor.kind == "gpu" and self._options.device == "auto":
            log.warning("%s: its GPU is not used: %s", hello.host, hello.problem)
            self._most["gpu"] = 0
            for other in [a for a in self.actors if a.kind == "gpu" and not a.held]:
                self.remove(other)
        elif hello.usage:
            raise ModelError(f"On node {hello.host}: {hello.problem}")
        elif hello.problem:
            self.not_started(actor, hello.problem)
        else:
            if self._versions not in (None, hello.versions):
                raise UsageError(_difference(hello.host, hello.versions, self._versions or ()))
            self._versions = hello.versions
            actor.ready, actor.node, actor.host = True, hello.node, hello.host
            self._failed_starts = 0

    def not_started(self, actor: Actor, reason: str) -> None:
        """Try another; after the second failure go on with fewer actors, or give up where there are no others."""
        self.remove(actor)
        self._failed_starts += 1
        if self._failed_starts >= 2:
            left = sum(a.kind == actor.kind for a in self.actors)
            if not self.actors:
                raise EngineError(f"No reader can be started on the Ray cluster: {reason} Try 'gouji doctor' there.")
            self._most[actor.kind] = left

    def begin(self) -> None:
        """There are pages again: from now on a reader is waited for."""
        self._idle_since = time.monotonic()

    def check_started(self) -> None:
        """Raise ``EngineError`` when in all this time no node had room for any reader."""
        now = time.monotonic()
        if any(a.ready for a in self.actors):
            self._idle_since = now
        elif now - self._idle_since > START_SECONDS:
            raise EngineError(
                f"No node of the Ray cluster had {self._settings.cpus:g} free cores for a reader within "
                f"{START_SECONDS:g} s. Add nodes, or end what else runs on it ('ray status')."
            )


def _difference(host: str, found: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> str:
    theirs = dict(others)
    parts = [
        f"{name} {value[:12] or 'missing'} ({theirs.get(name, '')[:12] or 'missing'})"
        for name, value in found
        if theirs.get(name) != value
    ]
    missing = [f"{name} missing" for name in theirs if name not in dict(found)]
    return (
        f"Node {host} does not read as the others do (theirs in brackets): {', '.join(parts + missing)}. "
        "Install the same versions and weights on every node; the forms would depend on the node otherwise."
    )
