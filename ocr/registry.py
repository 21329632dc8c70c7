"""Which engine is made for which name; the heavy imports happen inside the engine's own module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from forms import ModelError

from .engines import Deferred
from .protocol import Detector, Recogniser

Device = Literal["cpu", "gpu", "auto"]
DEVICES: tuple[Device, ...] = ("cpu", "gpu", "auto")
Reader = Literal["auto", "cascade", "small", "tiny"]
READERS: tuple[Reader, ...] = ("auto", "cascade", "small", "tiny")


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to read. ``engine`` names an entry of the registry, ``folders`` are searched for weights first.

    ``paddle`` finds text outside tables by PaddleOCR itself: the same boxes as ``ppocr``, three seconds later.

    ``reader``: which of PP-OCR's models read: ``cascade`` (tiny first, small where it pays: see ``cascade``), ``small``
    or ``tiny`` alone, or ``auto``: the cascade where tiny's weights are there, else small.
    """

    engine: str = "ppocr"
    device: Device = "auto"
    folders: tuple[Path, ...] = ()
    threads: int = 1
    reader: Reader = "auto"

    def __post_init__(self) -> None:
        if self.reader not in READERS:
            raise ModelError(f"--reader is one of {', '.join(READERS)}, not {self.reader}.")
        if self.device not in DEVICES:
            raise ModelError(f"--device is one of {', '.join(DEVICES)}, not {self.device}.")


_Factory = tuple[Callable[[EngineOptions], Recogniser], Callable[[EngineOptions], Detector]]
_REGISTRY: dict[str, _Factory] = {}
SMALL, TINY, WITNESS = "PP-OCRv6_small_rec", "PP-OCRv6_tiny_rec", "PP-OCRv5_mobile_rec"
DETECTOR = "PP-OCRv6_small_det"


def register(
    name: str, recogniser: Callable[[EngineOptions], Recogniser], detector: Callable[[EngineOptions], Detector]
) -> None:
    """Make an engine known by name; ``ModelError`` when the name is taken."""
    if name in _REGISTRY:
        raise ModelError(f"An engine called {name} is registered already.")
    _REGISTRY[name] = (recogniser, detector)


def make_recogniser(options: EngineOptions) -> Recogniser:
    return _entry(options)[0](options)


def make_detector(options: EngineOptions) -> Detector:
    return _entry(options)[1](options)


def make_witness(options: EngineOptions) -> Recogniser | None:
    """A third reader, of another generation than the two of ``ppocr``, for what stays in doubt (see ``witness``); None
    for other engines, for a reader that was asked for by name, and where its weights are not there."""
    from .weights import find_weights, is_available

    wanted = options.engine == "ppocr" and options.reader in ("auto", "cascade")
    if not wanted or not is_available(WITNESS, options.folders):
        return None

    def made() -> Recogniser:
        from .ppocr import LOW, PPOCRRecogniser

        weights = find_weights(WITNESS, folders=options.folders)
        return PPOCRRecogniser(weights, device=options.device, threads=options.threads, beam_above=1.0, view=LOW)

    return Deferred(made)


def _entry(options: EngineOptions) -> _Factory:
    if options.engine not in _REGISTRY:
        raise ModelError(f"No engine is called {options.engine}. There are: {', '.join(sorted(_REGISTRY))}.")
    return _REGISTRY[options.engine]


def _ppocr(options: EngineOptions) -> Recogniser:
    from .cascade import ACCEPT, Cascade
    from .ppocr import PPOCRRecogniser
    from .weights import find_weights, is_available

    def made(name: str, *, beam_above: float = 0.0) -> PPOCRRecogniser:
        weights = find_weights(name, folders=options.folders)
        return PPOCRRecogniser(weights, device=options.device, threads=options.threads, beam_above=beam_above)

    if options.reader == "tiny":
        return made(TINY)
    if options.reader == "small" or (options.reader == "auto" and not is_available(TINY, options.folders)):
        return made(SMALL)
    return Cascade(made(TINY, beam_above=ACCEPT), made(SMALL))


def _box_detector(options: EngineOptions) -> Detector:
    from .boxes import BoxDetector
    from .weights import find_weights

    return BoxDetector(find_weights(DETECTOR, folders=options.folders), device=options.device, threads=options.threads)


def _paddle_detector(options: EngineOptions) -> Detector:
    from .paddle import PaddleDetector
    from .weights import find_weights

    weights = find_weights(DETECTOR, folders=options.folders)
    return PaddleDetector(weights, device=options.device, threads=options.threads)


def _null(options: EngineOptions) -> Recogniser:
    from .engines import NullRecogniser

    return NullRecogniser()


def _null_detector(options: EngineOptions) -> Detector:
    from .engines import NullDetector

    return NullDetector()


register("ppocr", _ppocr, _box_detector)
register("paddle", _ppocr, _paddle_detector)
register("null", _null, _null_detector)
