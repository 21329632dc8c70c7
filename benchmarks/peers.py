"""Other programs that read the same pages. Loaded only when asked for; one that is not installed is skipped.

``rapidocr`` cannot be an ordinary dependency: it asks for opencv-python-headless, which overwrites the pinned cv2.
``pip install --no-deps rapidocr==3.10.0`` beside the extra ``bench`` (the rest of its needs) leaves cv2 alone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

IN_ONE = " in one process"
"""Behind a peer's name: not in as many processes as cores but as it comes, see ``throughput``."""


class PeerMissing(Exception):
    """The peer is not installed; the message says what would install it."""


class TextPeer(Protocol):
    """Reads the text lines of a page picture, whatever stands in its tables."""

    @property
    def name(self) -> str:
        """Name and version."""

    def read(self, page: Path) -> list[str]:
        """The lines found on the page, in the peer's own order. Raises whatever the peer raises."""


class RapidOcr:
    """rapidocr on ONNX Runtime with its own weights, as it comes but for the number of threads (0: as it comes)."""

    def __init__(self, threads: int = 1) -> None:
        try:
            module = import_module("rapidocr")
            number = version("rapidocr")
        except (ImportError, PackageNotFoundError) as error:
            raise PeerMissing(
                f"rapidocr is not here ({error}); install it with: pip install '.[bench]' && "
                "pip install --no-deps rapidocr==3.10.0"
            ) from error
        params: dict[str, Any] = {"Global.log_level": "error"}
        if threads:
            part = "EngineConfig.onnxruntime"
            params |= {f"{part}.intra_op_num_threads": threads, f"{part}.inter_op_num_threads": threads}
        self._engine: Callable[..., Any] = module.RapidOCR(params=params)
        self.name = f"rapidocr {number}"

    def read(self, page: Path) -> list[str]:
        return [str(text) for text in self._engine(str(page)).txts or ()]


class FasterPaddle:
    """faster-paddle: PP-OCRv6 small in Rust on an ONNX Runtime of its own; it needs no other package."""

    def __init__(self, threads: int = 1) -> None:
        try:
            module = import_module("faster_paddle")
            number = version("faster-paddle")
        except (ImportError, PackageNotFoundError) as error:
            raise PeerMissing(
                f"faster-paddle is not here ({error}); install it with: pip install --no-deps faster-paddle==1.0.4"
            ) from error
        self._engine: Any = module.OcrEngine(model_size="small", threads=threads or None)
        self.name = f"faster-paddle {number}"

    def read(self, page: Path) -> list[str]:
        return [line for line in str(self._engine.ocr(page.read_bytes())["text"]).splitlines() if line.strip()]


TEXT_PEERS: dict[str, Callable[[int], TextPeer]] = {"rapidocr": RapidOcr, "faster-paddle": FasterPaddle}


def make_text_peer(name: str, threads: int = 1) -> TextPeer:
    """The peer of that name. Raises ``PeerMissing``, and ``KeyError`` for a name that is none of ``TEXT_PEERS``."""
    return TEXT_PEERS[name](threads)
