# Pythons with what tests/reader/read.py and tests/exports/check.py need, outside the tree and keyed by their pinned
# versions. Sourced by build.sh.

# The second reader of our own format.
need_reader() { need_python reader SPAREKEY_READER_PYTHON; }

# The independent readers of what we export.
need_export_readers() { need_python exports SPAREKEY_EXPORTS_PYTHON; }

# need_python NAME VARIABLE: sets the variable to a Python with tests/NAME/requirements.txt. Where the packages cannot be
# had (no Python, no network) it stays unset, and the test says SKIPPED with the reason.
need_python() {
  local name=$1 variable=$2 wanted=tests/$1/requirements.txt key folder
  if [ -n "${!variable:-}" ]; then return; fi
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    [ "$(id -u)" = 0 ] && need_apt python3 python3-venv || return 0
  fi
  key=$(cat "$wanted" <(python3 --version) | sha256sum | cut -c 1-16)
  folder=$tools_dir/$name-$key
  if [ ! -e "$folder/complete" ]; then
    say "setting up $name in $folder"
    mkdir -p "$tools_dir"
    (
      flock 9
      [ -e "$folder/complete" ] ||
        { python3 -m venv --clear "$folder" &&
          "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r "$wanted" >&2 &&
          touch "$folder/complete"; }
    ) 9>"$tools_dir/reader-lock" || return 0
  fi
  export "$variable=$folder/bin/python"
}
