#!/usr/bin/env bash
# Installs what Python packages cannot bring: the two libraries that opencv-python loads and Python's venv module; with
# "dev" also the browser and the database server that the tests of the review station start (without them those tests
# are skipped and say so). Does nothing where all of it is there. usage: debian-packages.sh PYTHON [dev]
set -euo pipefail
python=${1:?usage: debian-packages.sh PYTHON [dev]}
extra=${2-}

has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

needed=()
has_library libGL.so.1 || needed+=(libgl1)
has_library libgthread-2.0.so.0 || needed+=(libglib2.0-0)
"$python" -c 'import ensurepip, venv' 2>/dev/null || needed+=(python3-venv)

wished=()
if [ "$extra" = dev ]; then
    command -v chromium >/dev/null 2>&1 || wished+=(chromium)
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null 2>&1 || wished+=(postgresql)
fi
[ $((${#needed[@]} + ${#wished[@]})) -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1; then as_root=(sudo); else as_root=(false); fi
fi
install() {
    command -v apt-get >/dev/null 2>&1 && [ "${as_root[*]-}" != false ] || return 1
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -qq || return 1
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >/dev/null
}

if [ ${#wished[@]} -gt 0 ]; then
    echo "installing Debian packages for the tests: ${wished[*]}"
    install "${wished[@]}" || echo "Not to be had from here: ${wished[*]}; the tests that need them will be skipped." >&2
fi
[ ${#needed[@]} -gt 0 ] || exit 0

echo "installing Debian packages: ${needed[*]}"
install "${needed[@]}" || {
    echo "These Debian packages are missing and could not be installed from here: ${needed[*]}" >&2
    echo "Ask an administrator for:  apt-get install ${needed[*]}  (or your system's packages of that kind)," >&2
    echo "then call make again." >&2
    exit 1
}
