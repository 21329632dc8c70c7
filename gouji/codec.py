"""Nested frozen dataclasses as JSON and back, exactly: field values in order, no names, no pickle.

What a page held is kept on disk in this form. Nothing that a stranger writes there can run (as a pickle could), and
``signature`` tells a file of other classes from one of these.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Convert = Callable[[Any], Any]


def dump(value: Any) -> str:
    """``value`` (a dataclass) as compact JSON. numpy scalars become plain numbers."""
    return json.dumps(_encode(value), ensure_ascii=False, separators=(",", ":"), default=_plain)


def load(kind: type[T], text: str | bytes) -> T:
    """The value that ``dump`` wrote. Raises ``ValueError`` for what cannot be one."""
    try:
        decode: Convert = _decoder(kind)  # type: ignore[arg-type]
        value: T = decode(json.loads(text))
    except (TypeError, IndexError, KeyError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return value


@lru_cache
def signature(kind: Any) -> str:
    """Changes whenever a field of ``kind`` or of a dataclass in it changes its name, type or place."""
    names: list[str] = []
    seen: set[type] = set()

    def visit(of: Any) -> None:
        if dataclasses.is_dataclass(of) and isinstance(of, type):
            if of not in seen:
                seen.add(of)
                for name, hint in _fields(of):
                    names.append(f"{of.__qualname__}.{name}:{hint}")
                    visit(hint)
        else:
            for part in get_args(of):
                visit(part)

    visit(kind)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _encode(value: Any) -> Any:
    kind: Any = type(value)
    return _encoder(kind)(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _fields(kind: type) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [(f.name, hints[f.name]) for f in dataclasses.fields(kind) if f.init]


def _same(value: Any) -> Any:
    return value


@lru_cache
def _encoder(kind: Any) -> Convert:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        parts = [(name, _encoder(hint)) for name, hint in _fields(kind)]
        return lambda value: [encode(getattr(value, name)) for name, encode in parts]
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        if len(args) == 2 and args[1] is ...:
            each = _encoder(args[0])
            return (lambda value: list(value)) if each is _same else (lambda value: [each(v) for v in value])
        every = [_encoder(a) for a in args]
        return lambda value: [encode(v) for encode, v in zip(every, value, strict=True)]
    inner = _optional(origin, args)
    if inner is not None:
        encode_inner = _encoder(inner)
        return lambda value: None if value is None else encode_inner(value)
    _check_plain(kind, origin)
    return _same


@lru_cache
def _decoder(kind: Any) -> Convert:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        decoders = [(name, _decoder(hint)) for name, hint in _fields(kind)]
        return lambda value: kind(**{n: d(v) for (n, d), v in zip(decoders, value, strict=True)})
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        if len(args) == 2 and args[1] is ...:
            each = _decoder(args[0])
            return tuple if each is _same else (lambda value: tuple(each(v) for v in value))
        every = [_decoder(a) for a in args]
        return lambda value: tuple(decode(v) for decode, v in zip(every, value, strict=True))
    inner = _optional(origin, args)
    if inner is not None:
        decode_inner = _decoder(inner)
        return lambda value: None if value is None else decode_inner(value)
    return _same


def _optional(origin: Any, args: tuple[Any, ...]) -> Any:
    """X of ``X | None``; None for any other kind."""
    if origin not in (Union, types.UnionType) or len(args) != 2 or type(None) not in args:
        return None
    return args[0] if args[1] is type(None) else args[1]


def _check_plain(kind: Any, origin: Any) -> None:
    if kind not in (int, float, str, bool, type(None)) and origin is not Literal:
        raise TypeError(f"{kind} is no kind of value that can be kept")
