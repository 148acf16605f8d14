#!/usr/bin/env bash
# Every task of the project: ./build.sh help
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
for part in tools reader wasm tasks test run; do
  # shellcheck source=/dev/null
  if [ -f "tests/build/$part.sh" ]; then . "tests/build/$part.sh"; fi
done

usage() {
  cat <<'TEXT'
./build.sh TASK

  run [firefox]    set up, build, start the demo site, open Chromium (or Firefox) in a throw-away profile with the
                   extension. Without a display it signs in by itself and says what happened
  test [STAGE...]  set up, build and test everything; with names, only those stages (./build.sh test list)
  build [--dev]    dist/chrome and dist/firefox, loadable as they are. --dev: quick, unoptimised
  package          dist/sparekey-VERSION-chrome.zip and -firefox.xpi, the same bytes from the same sources
  bench [CASE...]  measurements, one case a file in tests/bench, JSON out
  soak [CASE...]   long runs, one case a file in tests/soak, JSON out
  forms            score the field detector on the form fixtures
  fmt              format the Rust sources
  types            extension/shared/protocol.d.ts from crate/protocol.rs
  suffixes         the compact public suffix list from the psl data
  help             this text
TEXT
}

task=${1:-help}
shift || true
case $task in
  run | test | build | package | bench | soak | forms | fmt | types | suffixes) "task_$task" "$@" ;;
  help | -h | --help) usage ;;
  *) usage >&2; exit 64 ;;
esac
