# A Python with what tests/reader/read.py needs, outside the tree and keyed by its pinned versions. Sourced by build.sh.

# Sets SPAREKEY_READER_PYTHON. Where the packages cannot be had (no Python, no network) it stays unset, and the test
# says SKIPPED with the reason.
need_reader() {
  local key folder
  if [ -n "${SPAREKEY_READER_PYTHON:-}" ]; then return; fi
  if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    [ "$(id -u)" = 0 ] && need_apt python3 python3-venv || return 0
  fi
  key=$(cat tests/reader/requirements.txt <(python3 --version) | sha256sum | cut -c 1-16)
  folder=$tools_dir/reader-$key
  if [ ! -e "$folder/complete" ]; then
    say "setting up the second reader in $folder"
    mkdir -p "$tools_dir"
    (
      flock 9
      [ -e "$folder/complete" ] ||
        { python3 -m venv --clear "$folder" &&
          "$folder/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r tests/reader/requirements.txt >&2 &&
          touch "$folder/complete"; }
    ) 9>"$tools_dir/reader-lock" || return 0
  fi
  export SPAREKEY_READER_PYTHON=$folder/bin/python
}
