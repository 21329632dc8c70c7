#!/usr/bin/env bash
# Reads the bundled sample scans and says where the results are. usage: demo.sh [OUT]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-demo-results}

code=0
.venv/bin/gouji run tests/data/scans/*/ -o "$out" --overlays --overwrite || code=$?
case $code in
    0 | 1) ;; # 1: findings, or cells that a person should look at; both are results
    *)
        echo "gouji ended with code $code; the lines above say why. '.venv/bin/gouji doctor' checks the installation." >&2
        exit "$code"
        ;;
esac

echo
echo "Results in $out/, a folder for each document:"
find "$out" -mindepth 2 -type f \( -name report.xlsx -o -path '*/forms/*.json' \) | sort | sed 's/^/  /'
echo "Open a report.xlsx first (cells to review are coloured); then compare a picture under */overlays/ with its scan."
echo "Or see every doubtful cell beside its scan:  .venv/bin/gouji review $out"
[ $code -eq 0 ] || echo "Some cells want a reviewer's eye or a rule found something: the reports list them."
