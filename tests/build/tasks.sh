# The small tasks. Sourced by build.sh.

task_build() {
  local profile=release flag=()
  case ${1:-} in
    --dev) profile=dev flag=(--dev) ;;
    '') ;;
    *) fail "build takes --dev or nothing" ;;
  esac
  need_npm extension
  build_wasm $profile
  node extension/build/bundle.mjs "${flag[@]}"
  say "dist/chrome and dist/firefox ($profile) are ready to be loaded"
}

task_fmt() {
  need_rust
  cargo fmt --all
}

# The d.ts is written by a test, so that it can never be out of date unnoticed.
task_types() {
  need_rust
  cargo test --quiet --locked --lib protocol
}

# Takes the newest list that the psl crate has, writes our table from it and holds the two against each other.
task_suffixes() {
  need_rust
  cargo update --quiet --package psl
  cargo test --quiet --locked --lib write_the_table -- --ignored
  cargo test --quiet --locked --lib site::suffix
}

# Archives with the same bytes from the same sources. The Chrome store refuses `key` and gives its own id.
task_package() {
  local version chrome firefox
  [ "${SPAREKEY_BUILT:-}" = yes ] || task_build
  version=$(node -p 'require("./manifest.json").version')
  chrome=dist/sparekey-$version-chrome.zip
  firefox=dist/sparekey-$version-firefox.xpi
  node extension/build/pack.mjs --store dist/chrome "$chrome"
  node extension/build/pack.mjs dist/firefox "$firefox"
  sha256sum "$chrome" "$firefox"
}

task_bench() {
  need_npm tests
  need_browsers chromium firefox
  task_build
  node tests/build/harness.mjs bench "$@"
}

# Long runs. `fuzz` among the cases (or no case at all) also runs the fuzz cases for SPAREKEY_FUZZ_SECONDS each.
task_soak() {
  need_npm tests
  need_browsers chromium firefox
  task_build
  local fuzz=yes cases=() name
  if [ $# -gt 0 ]; then fuzz=no; fi
  for name in "$@"; do
    if [ "$name" = fuzz ]; then fuzz=yes; else cases+=("$name"); fi
  done
  if [ $# = 0 ] || [ ${#cases[@]} -gt 0 ]; then node tests/build/harness.mjs soak "${cases[@]}"; fi
  if [ $fuzz = yes ]; then
    # The importers' own tests make the files that the fuzzing of importers begins with.
    rm -rf dist/out/seeds && mkdir -p dist/out/seeds
    SPAREKEY_SEEDS=$root/dist/out/seeds cargo test --quiet --locked --lib import:: >&2
    SPAREKEY_SEEDS=$root/dist/out/seeds SPAREKEY_OUT=$root/dist/out SPAREKEY_FUZZ_SECONDS=${SPAREKEY_FUZZ_SECONDS:-300} cargo test --profile fuzz --locked --test fuzz >&2
    cat dist/out/fuzz-*.json
  fi
}

# The detector and page.js over a corpus of forms, in a real browser: ./build.sh forms [FILE] [--browser firefox]
task_forms() {
  local file=tests/fixtures/forms.jsonl browser=chromium
  case ${1:-} in
    '' | --*) ;;
    *) file=$1 && shift ;;
  esac
  case " $* " in *" firefox "*) browser=firefox ;; esac
  need_npm tests
  need_browsers $browser
  [ "${SPAREKEY_BUILT:-}" = yes ] || build_wasm dev
  node tests/e2e/forms.mjs "$file" "$@"
}
