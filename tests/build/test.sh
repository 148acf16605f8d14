# `./build.sh test`: every stage with its time; one closing line. Sourced by build.sh.
#
# A stage is a function `stage_NAME`. What it prints goes to a log; its tests are counted from the log: cargo's
# "test result:" lines, node's TAP summary, or one for the stage itself. A line `SKIPPED: why` (or a TAP skip) is a
# skipped test: shown, and a failure where ../shared exists, since nothing needs to be skipped there.

stages=(build style types core wasm shell package harness chromium firefox forms tree)

task_test() {
  local chosen=("$@") name passed=0 failed=0 skipped=0 broken=() unsteady=() together=()
  [ "${1:-}" = list ] && { printf '%s\n' "${stages[@]}"; return; }
  [ $# -gt 0 ] || chosen=("${stages[@]}")
  for name in "${chosen[@]}"; do
    [[ " ${stages[*]} " == *" $name "* ]] || fail "no stage $name; ./build.sh test list"
  done
  logs=$root/dist/test-logs
  mkdir -p "$logs"
  need_rust
  need_npm extension
  need_npm tests
  tree_before=$(tree_state)
  for name in "${chosen[@]}"; do
    if [ "$name" = chromium ] || [ "$name" = firefox ]; then together+=("$name"); fi
  done
  for name in "${chosen[@]}"; do
    case " ${together[*]} " in
      *" $name "*) [ "$name" != "${together[0]}" ] || run_browsers "${together[@]}" ;;
      *) carry_out "$name" && report "$name" ;;
    esac
  done
  printf 'total: %s\n' "$(minutes $SECONDS)"
  printf 'longer, and not part of this: ./build.sh soak [fuzz %s]; forms has the other half of our own forms in Firefox\n' \
    "$(basename -s .mjs -a tests/soak/*.mjs | paste -sd ' ')"
  # Last, so that the end of the output alone tells what to look at.
  if [ ${#unsteady[@]} -gt 0 ]; then printf 'unsteady: %s\n' "${unsteady[@]}"; fi
  if [ ${#broken[@]} -gt 0 ]; then
    for name in "${broken[@]}"; do
      failed_tests "$logs/$name.log"
      skip_lines "$logs/$name.log"
    done
    printf 'FAILED: %s\n' "${broken[*]}"
  fi
  printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
  [ $failed = 0 ]
}

# Every end-to-end file in the browsers named, one at a time each and the long ones beside them: they wait for time steps
# and windows more than they compute. Each browser is a stage.
run_browsers() {
  local browser begin=$SECONDS claims
  # Before they part: two installations at once would be in each other's way.
  need_browsers "$@"
  claims=$(mktemp -d)
  e2e_lane $(for browser in "$@"; do e2e_long "$browser"; done) &
  e2e_lane $(e2e_jobs "${@: -1}" in_order) $(e2e_jobs "$1" backwards) &
  if [ $# -gt 1 ]; then e2e_lane $(e2e_jobs "$1" in_order) $(e2e_jobs "${@: -1}" backwards) & fi
  wait
  for browser in "$@"; do
    e2e_gather "$browser"
    report "$browser"
  done
  rm -r "$claims"
}

# Runs one stage in a subshell with `set -e` in force. Leaves its log, and its exit status and seconds beside it.
carry_out() {
  local name=$1 start=$SECONDS status=0
  set +e
  (set -e; "stage_$name") >"$logs/$name.log" 2>&1
  status=$?
  set -e
  printf '%d %d\n' $status $((SECONDS - start)) >"$logs/$name.status"
}

# Prints what became of a stage, and adds its counts to task_test's.
report() {
  local name=$1 log=$logs/$1.log status seconds counts line p f s
  read -r status seconds <"$logs/$name.status"
  counts=$(count_tests "$log")
  read -r p f s <<<"$counts"
  if [ $status != 0 ] && [ "$f" = 0 ]; then f=1; fi
  if [ $status = 0 ] && [ "$p" = 0 ] && [ "$s" = 0 ]; then p=1; fi
  skip_lines "$log"
  while read -r line; do unsteady+=("$line"); done < <(sed -n 's/^UNSTEADY: //p' "$log")
  if [ "$s" != 0 ] && [ -d ../shared ]; then
    printf 'nothing may be skipped where ../shared exists\n'
    f=$((f + s)) s=0
  fi
  if [ "$f" != 0 ]; then
    broken+=("$name")
    failure_excerpt "$log"
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf '%-9s %6s  %d passed, %d failed, %d skipped%s\n' "$name" "$(minutes "$seconds")" "$p" "$f" "$s" \
    "$([ "$f" = 0 ] || printf '  (log: %s)' "${log#"$root"/}")"
}

# "passed failed skipped" of a log.
count_tests() {
  awk '
    /^test result:/ { for (i = 1; i < NF; i++) { if ($(i+1) == "passed;") p += $i; if ($(i+1) == "failed;") f += $i } }
    /^# pass [0-9]+$/ { p += $3 }
    /^# fail [0-9]+$/ { f += $3 }
    /^# cancelled [0-9]+$/ { f += $3 }
    /^# skipped [0-9]+$/ { s += $3 }
    /^SKIPPED: / { s += 1 }
    END { print p + 0, f + 0, s + 0 }' "$1"
}

skip_lines() {
  grep -h '^SKIPPED: ' "$1" || true
  sed -n 's/^ *ok [0-9]* - \(.*\) # SKIP *\(.*\)$/SKIPPED: \1: \2/p' "$1"
}

# What a person needs first: the failing tests with their reasons, else the end of the log.
failure_excerpt() {
  printf -- '---- %s\n' "${1#"$root"/}"
  {
    grep -nE -A 25 '^ *not ok |^error(\[|:)|panicked at|^failures:' "$1" | head -n 120
    tail -n 15 "$1"
  } || true
  printf -- '----\n'
}

# The names of a log's failed tests, with the first line of each reason. Of a file that ended without one: how, and what
# it said last.
failed_tests() {
  awk -v stage="$(basename "$1" .log)" '
    /^ *not ok / { sub(/^ *not ok [0-9]+ - /, ""); name = $0; next }
    name && /^ *error: \|-/ { getline; sub(/^ */, ""); printf "failed in %s: %s: %s\n", stage, name, $0; name = ""; next }
    name && /^ *error: / {
      sub(/^ *error: */, "")
      if ($0 !~ /subtests? failed/) printf "failed in %s: %s: %s%s\n", stage, name, $0, end
      if ($0 ~ /^.test failed/) for (i = said > 6 ? said - 6 : 0; i < said; i++) printf "failed in %s: it said: %s\n", stage, line[i]
      name = end = ""
    }
    name && /^ *(exitCode|signal): / { sub(/^ */, ""); end = end ", " $0 }
    /^ *# / && !/^ *# (Subtest|tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)/ { sub(/^ *# /, ""); line[said++] = $0 }
    /^test .* FAILED$/ { printf "failed in %s: %s\n", stage, $2 }' "$1"
}

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# What git sees of the tree. Tests and generators may not change it.
tree_state() { git status --porcelain=v1 && git diff HEAD | sha256sum; }

node_tests() { "${limit[@]}" node --test --test-reporter=tap --test-concurrency=1 "$@"; }
limit=()

stage_build() { task_build; }

stage_style() {
  cargo fmt --all --check
  cargo clippy --quiet --locked --all-targets -- -D warnings
  cargo clippy --quiet --locked --lib --target $wasm_target -- -D warnings
  extension/node_modules/.bin/eslint -c extension/eslint.config.js --max-warnings 0 extension tests
}

stage_types() {
  # The core's own declarations: there after a build, made here when the stage runs alone.
  [ -f extension/wasm/sparekey.d.ts ] || build_wasm dev
  task_types
  extension/node_modules/.bin/tsc -p extension
}

# --show-output: a passing test's SKIPPED line counts only when it is seen.
stage_core() {
  need_reader
  need_export_readers
  cargo test --quiet --locked -- --show-output
}

stage_wasm() {
  need_wasm_bindgen
  # Under node, with the runner of the same version as the crate.
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$wasm_bindgen/wasm-bindgen-test-runner \
    cargo test --locked --target $wasm_target --test wasm
}

stage_shell() { node_tests tests/shell/*.test.mjs; }

# Of what the build stage of this run made; alone it builds first.
stage_package() {
  local status=1
  if [[ " ${chosen[*]} " == *" build "* ]]; then read -r status _ <"$logs/build.status"; fi
  if [ "$status" = 0 ]; then SPAREKEY_BUILT=yes task_package; else task_package; fi
  NO_UPDATE_NOTIFIER=1 node tests/node_modules/web-ext/bin/web-ext.js lint --no-config-discovery --source-dir dist/firefox
}

# That the harnesses stand: their quick cases. The fuzz cases run with the core.
stage_harness() {
  need_browsers chromium firefox
  node tests/build/harness.mjs bench --quick
  node tests/build/harness.mjs soak --quick
}

# The files that wait for several time steps, in a lane of their own.
long_files="main-job demo lost"

# "BROWSER/FILE" of every end-to-end file but the long ones.
e2e_jobs() {
  local file files=(tests/e2e/*.test.mjs) order=cat
  if [ "$2" = backwards ]; then order=tac; fi
  for file in "${files[@]}"; do
    file=$(basename "$file" .test.mjs)
    [[ " $long_files " == *" $file "* ]] || printf '%s/%s\n' "$1" "$file"
  done | $order
}

e2e_long() { printf "$1/%s\n" $long_files; }

# Runs those of the jobs that no other lane has taken.
e2e_lane() {
  local job
  for job in "$@"; do
    mkdir "$claims/${job/\//-}" 2>/dev/null || continue
    e2e_run "$job" && status=0 || status=1
    printf '%d %d\n' $status $((SECONDS - begin)) >"$claims/${job/\//-}/status"
  done
}

# One that hangs (a browser left running keeps its file from ending) is ended, and does not hold up its lane.
e2e_run() {
  local limit=(timeout --kill-after=10 600)
  SPAREKEY_BROWSER=${1%/*} node_tests "tests/e2e/${1#*/}.test.mjs" >"$logs/${1/\//-}.log" 2>&1
}

# A browser's log and status, of those of its files. A file that failed is run once more, alone: browsers, servers and
# displays share the machine's cores, and a machine that stood still for ten seconds is not a defect. It is told each time
# ("unsteady"), with what failed first: a file that is named there often is to be mended.
e2e_gather() {
  local browser=$1 failed=0 last=0 job status end log
  for job in $(e2e_jobs "$browser" in_order) $(e2e_long "$browser"); do
    log=$logs/${job/\//-}.log
    read -r status end <"$claims/${job/\//-}/status"
    if [ "$end" -gt $last ]; then last=$end; fi
    if [ "$status" != 0 ]; then
      failed_tests "$log" | sed 's/^failed in/UNSTEADY:/'
      sed 's/^/first try: /' "$log"
      e2e_run "$job" || failed=1
      last=$((SECONDS - begin))
    fi
    cat "$log"
  done >"$logs/$browser.log"
  printf '%d %d\n' $failed $last >"$logs/$browser.status"
}

# The field detector and page.js over every corpus at hand, in both browsers. A form is mostly waited for, so each
# browser runs twice, with half of the forms. Of our own Firefox tries every second one: the others are in `soak forms`.
stage_forms() {
  local browser corpus part parts own=tests/fixtures/forms.jsonl
  need_browsers chromium firefox
  for corpus in $own ../shared/fixtures/autofill/forms.jsonl; do
    if [ ! -f "$corpus" ]; then
      printf 'SKIPPED: %s is not here\n' "$corpus"
      continue
    fi
    for browser in chromium firefox; do
      parts=(1/2 2/2)
      if [ "$browser $corpus" = "firefox $own" ]; then
        parts=(1/4 3/4)
      fi
      for part in 1 2; do
        forms_in "$browser" "$corpus" "${parts[part - 1]}" >"$logs/forms-$browser-$part.log" 2>&1 &
      done
    done
    wait
    cat "$logs"/forms-{chromium,firefox}-{1,2}.log
  done
}

# The last line of a run that came to its end is its score; without one the run failed.
forms_in() {
  node tests/e2e/forms.mjs "$2" --browser "$1" --part "$3" |
    sed -E 's/^([0-9]+) passed, ([0-9]+) failed, .*/&\n# pass \1\n# fail \2/' || printf '# fail 1\n'
}

# In CI the tree must be clean; elsewhere the run must not have changed it.
stage_tree() {
  if [ "${CI:-}" = true ]; then git diff --exit-code; fi
  [ "$tree_before" = "$(tree_state)" ] || { printf 'the run changed the tree:\n'; git status --short; return 1; }
}
