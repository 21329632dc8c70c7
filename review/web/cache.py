"""Two caches of limited size: decoded pages in memory, encoded pictures on disk. Both forget what was used least."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path

from .pages import Pixels


class PageCache:
    """Decoded pages, at most ``limit`` bytes of them (one page may exceed it); each is decoded by one thread only."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, Pixels] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._loading: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, load: Callable[[], Pixels]) -> Pixels:
        """The page, decoded by ``load`` when it is not held; what ``load`` raises is raised and not kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            own = self._loading.setdefault(key, threading.Lock())
        with own:
            with self._lock:
                if key in self._held:
                    return self._held[key]
            try:
                pixels = load()
            finally:
                with self._lock:
                    self._loading.pop(key, None)
            self._keep(key, pixels)
            return pixels

    def _keep(self, key: Hashable, pixels: Pixels) -> None:
        with self._lock:
            if key not in self._held:
                self._held[key] = pixels
                self._bytes += pixels.nbytes
            while self._bytes > self._limit and len(self._held) > 1:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= dropped.nbytes


class PictureCache:
    """Encoded pictures in files of a folder, at most ``limit`` bytes together.

    A folder that cannot be written costs speed, not service: pictures are then made anew each time.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            found = [(entry.stat(), entry.name) for entry in os.scandir(folder) if entry.name.endswith(".jpg")]
            for stat, name in sorted(found, key=lambda item: item[0].st_mtime_ns):
                self._sizes[name] = stat.st_size
                self._bytes += stat.st_size

    @staticmethod
    def name(*parts: object) -> str:
        """The file name of a picture, from whatever decides its content."""
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:40] + ".jpg"

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The picture, made by ``make`` when there is none; what ``make`` raises is raised and not kept."""
        path = self._folder / name
        with self._lock:
            known = name in self._sizes
            if known:
                self._sizes.move_to_end(name)
        if known:
            try:
                data = path.read_bytes()
                with contextlib.suppress(OSError):
                    os.utime(path)
                return data
            except OSError:  # somebody has emptied the folder
                self._forget(name)
        data = make()
        self._keep(path, data)
        return data

    def _keep(self, path: Path, data: bytes) -> None:
        part = path.with_name(f"{path.name}.{threading.get_ident()}.part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            return
        with self._lock:
            self._bytes += len(data) - self._sizes.pop(path.name, 0)
            self._sizes[path.name] = len(data)
            dropped = []
            while self._bytes > self._limit and self._sizes:
                name, size = self._sizes.popitem(last=False)
                self._bytes -= size
                dropped.append(name)
        for name in dropped:
            with contextlib.suppress(OSError):
                (self._folder / name).unlink()

    def _forget(self, name: str) -> None:
        with self._lock:
            self._bytes -= self._sizes.pop(name, 0)
