# `./build.sh run [firefox]`. Sourced by build.sh.

task_run() {
  local kind=chromium
  case ${1:-} in
    firefox) kind=firefox ;;
    '' | chromium) ;;
    *) fail "run takes firefox or nothing" ;;
  esac
  need_npm tests
  need_browsers $kind
  [ "${SPAREKEY_BUILT:-}" = yes ] || task_build
  node tests/e2e/run.mjs $kind
}
