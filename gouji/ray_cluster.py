"""The connection to a Ray cluster: a running one by its address, or one of this machine alone while the run lasts."""

from __future__ import annotations

import importlib
import logging
import os
import time
from dataclasses import dataclass
from typing import Any

from forms import EngineError, UsageError

MB = 1 << 20
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS_SKIP_REGEX": ".*", "RAY_SCHEDULER_EVENTS": "0"}
"""No statistics are sent, and nothing is printed among the run's own output (Ray reads these when it is imported)."""
CAPACITY_SECONDS = 2.0
"""How long an answer about the cluster's size is believed."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Readers that the living nodes have room for: those with a GPU of their own, and others."""

    gpu: int
    cpu: int


class Cluster:
    """A connection. ``nodes`` that live and their ``capacity`` are asked for anew every few seconds."""

    def __init__(self, ray: Any, *, owned: bool) -> None:
        self.ray, self._owned = ray, owned
        self._asked = -CAPACITY_SECONDS
        self._nodes: dict[str, dict[str, float]] = {}

    def close(self) -> None:
        if self._owned:
            self.ray.shutdown()

    def nodes(self, *, now: bool = False) -> dict[str, dict[str, float]]:
        """Resources of every living node by its id. Raises ``EngineError`` when the cluster is gone."""
        if now or time.monotonic() - self._asked >= CAPACITY_SECONDS:
            try:
                found = self.ray.nodes()
            except Exception as error:
                raise EngineError(f"The Ray cluster does not answer any more: {first_line(error)}") from error
            self._nodes = {n["NodeID"]: dict(n.get("Resources", {})) for n in found if n["Alive"]}
            self._asked = time.monotonic()
        return self._nodes

    def capacity(self, cpus: float, gpu_readers: int | None) -> Capacity:
        """Readers of ``cpus`` cores each; at most ``gpu_readers`` with a GPU (None: one for each GPU there is)."""
        gpu = cpu = 0
        for resources in self.nodes().values():
            slots = int(resources.get("CPU", 0.0) / cpus + 1e-9)
            own = min(slots, int(resources.get("GPU", 0.0)))
            own = own if gpu_readers is None else min(own, gpu_readers - gpu)
            gpu += own
            cpu += slots - own
        return Capacity(gpu, cpu)


def connect(address: str | None, *, cpus: int) -> Cluster:
    """Connect to the cluster at ``address`` (host:port, ``ray://host:port``, ``auto``), by default ``$RAY_ADDRESS``.

    Without any address, or with ``local``, Ray is started on this machine with ``cpus`` cores and ends with the run.
    No usage statistics are sent and no dashboard is started. Raises ``UsageError`` when Ray is not installed or nothing
    answers at the address.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    ray = import_ray()
    if ray.is_initialized():
        return Cluster(ray, owned=False)
    where = address or os.environ.get("RAY_ADDRESS") or "local"
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if where == "local":
        options |= {
            "num_cpus": cpus,
            "include_dashboard": False,
            "object_store_memory": max(256, 64 * cpus) * MB,
            "_node_ip_address": "127.0.0.1",
        }
    try:
        ray.init(address=where, **options)
    except Exception as error:
        remedy = "Start one with 'ray start --head', or leave --address out to use this machine alone."
        raise UsageError(f"No Ray cluster can be used at {where}: {first_line(error)} {remedy}") from error
    return Cluster(ray, owned=True)


def import_ray() -> Any:
    """The package ray; ``UsageError`` with the command that installs it where it is missing."""
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise UsageError(
            "--engine ray needs the package ray. Install it with: pip install 'gouji[ray]' (on every node)."
        ) from error


def first_line(error: BaseException) -> str:
    """The error's first line with a full stop; its type's name where it says nothing."""
    lines = str(error).strip().splitlines()
    text = lines[0].strip() if lines else type(error).__name__
    return text if text.endswith((".", "!", "?")) else f"{text}."
