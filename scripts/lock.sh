#!/usr/bin/env bash
# Writes requirements.lock anew from fresh resolutions. usage: lock.sh PYTHON3.10 PYTHON3.11
# (numpy, pandas, scipy and others have dropped 3.10, so the two resolutions differ.) Look at the diff, then run the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
for python in "${1:?}" "${2:?}"; do
    "$python" -m venv "$work/venv"
    "$work/venv/bin/python" -m pip install --quiet --upgrade pip
    "$work/venv/bin/python" -m pip install --quiet --dry-run --report "$work/$("$python" -c 'import sys; print(sys.version_info[1])').json" ".[dev]"
    rm -rf "$work/venv"
done
"$2" - "$work/10.json" "$work/11.json" > requirements.lock <<'PY'
import json
import re
import sys

old, new = (
    {
        re.sub(r"[-_.]+", "-", i["metadata"]["name"]).lower(): i["metadata"]["version"]
        for i in json.load(open(path, encoding="utf-8"))["install"]
    }
    for path in sys.argv[1:3]
)
print("# The versions that are known to install and work together; pip reads this as a constraints file (-c), so only")
print("# what pyproject.toml asks for is installed. Made by scripts/lock.sh from fresh resolutions for Python 3.10 and 3.11.")
for name in sorted((set(old) | set(new)) - {"gouji"}):
    if old.get(name) == new.get(name):
        print(f"{name}=={old[name]}")
        continue
    if name in old:
        print(f'{name}=={old[name]} ; python_version < "3.11"')
    if name in new:
        print(f'{name}=={new[name]} ; python_version >= "3.11"')
PY
