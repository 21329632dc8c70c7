"""One run at a time in an output folder: a lock that ends with its holder, however that ends."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from forms import OutputError, UsageError

NAME = "run.lock"
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@dataclass(frozen=True, slots=True)
class Holder:
    """Which process holds the lock; ``born``: what tells it from a later one of the same number."""

    host: str
    pid: int
    born: str
    since: str

    @staticmethod
    def this() -> Holder:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return Holder(socket.gethostname(), os.getpid(), born(os.getpid()), now)

    def is_dead(self) -> bool:
        """True when it certainly is; a process of another machine cannot be seen from here."""
        return self.host == socket.gethostname() and (not self.born or born(self.pid) != self.born)


def born(pid: int) -> str:
    """When the process was started, in the system's own ticks; empty when there is none (or no /proc to ask)."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[19]
    return ""


class RunLock:
    """Held while it is entered. ``UsageError`` when another run holds it, ``OutputError`` when it cannot be made."""

    def __init__(self, out: Path) -> None:
        self.path = out / NAME
        self._file: IO[str] | None = None

    def __enter__(self) -> RunLock:
        try:
            file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}.") from error
        held = _take(file)
        if held is False or (held is None and self._is_held_by_word(file)):
            file.close()
            raise UsageError(_refusal(self.path))
        try:
            file.seek(0)
            file.truncate()
            file.write(json.dumps(asdict(Holder.this())) + "\n")
            file.flush()
        except OSError as error:  # the disk is full
            with contextlib.suppress(OSError):
                file.close()
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}.") from error
        self._file = file
        return self

    def __exit__(self, *error: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.seek(0)
                self._file.truncate()  # the file stays: one that is removed could be locked by two
                self._file.close()
            self._file = None

    def _is_held_by_word(self, file: IO[str]) -> bool:
        """Where the file system has no locks: what the file says, unless its writer is known to be dead."""
        holder = read_holder(self.path)
        return holder is not None and not holder.is_dead()


def read_holder(path: Path) -> Holder | None:
    """Who holds the lock at ``path``, as it says itself; None when nobody does."""
    try:
        return Holder(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _refusal(path: Path) -> str:
    holder = read_holder(path)
    who = f"process {holder.pid} on {holder.host}, since {holder.since}" if holder else "another process"
    return (
        f"Another run is writing into {path.parent} ({who}). Wait for it ('gouji status {path.parent}' shows how it "
        f"goes), or choose another output folder with -o. If that process is gone for certain, remove {path}."
    )


def _take(file: IO[str]) -> bool | None:
    """True: ours now. False: another's. None: this file system has no locks."""
    try:
        _lock(file)
    except OSError as error:
        return False if error.errno in _HELD else None
    except ImportError:
        return None
    return True


if sys.platform == "win32":

    def _lock(file: IO[str]) -> None:
        import msvcrt

        file.seek(1 << 20)  # beyond what is written, so that others can read who holds it
        locking: Any = msvcrt.locking
        locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

else:

    def _lock(file: IO[str]) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
