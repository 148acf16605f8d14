# What the tasks need, set up where it is missing. Sourced by build.sh.
# Versions: rust-toolchain.toml, Cargo.lock (wasm-bindgen-cli = the crate's version), package-lock.json.

# Tools that take long to build live outside the tree, keyed by version: a fresh clone does not build them again.
tools_dir=${SPAREKEY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/sparekey/tools}
wasm_target=wasm32-unknown-unknown
target_dir=${CARGO_TARGET_DIR:-$root/target}

say() { printf '== %s\n' "$*" >&2; }
fail() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# The version of a crate in Cargo.lock.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" { found = $3 == name } found && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

need_rust() {
  command -v cargo >/dev/null || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  command -v rustup >/dev/null || fail "rustup is missing; install it as https://rustup.rs says (Debian: apt-get install rustup)"
  # Cargo links with it.
  command -v cc >/dev/null || need_apt gcc libc6-dev
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  if ! rustup toolchain list | grep -q "^$channel"; then
    say "installing Rust $channel"
    rustup toolchain install "$channel" --profile minimal --component clippy --component rustfmt --target $wasm_target
  fi
  # Toolchain files do not install targets by themselves where rustup's auto-install is off.
  rustup target list --installed | grep -qx $wasm_target || rustup target add $wasm_target
  cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
  cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
}

# Sets $wasm_bindgen (a folder with wasm-bindgen and wasm-bindgen-test-runner).
need_wasm_bindgen() {
  local version
  version=$(locked_version wasm-bindgen)
  wasm_bindgen=$tools_dir/wasm-bindgen-$version/bin
  [ -x "$wasm_bindgen/wasm-bindgen" ] && [ -x "$wasm_bindgen/wasm-bindgen-test-runner" ] && return
  say "building wasm-bindgen-cli $version once, into $tools_dir (some minutes)"
  mkdir -p "$tools_dir"
  # Its own target folder: this tree's may be shared or read-only, and the build is needed only once.
  (
    flock 9
    [ -x "$wasm_bindgen/wasm-bindgen-test-runner" ] ||
      CARGO_TARGET_DIR=$tools_dir/build-$version cargo install --locked --root "$tools_dir/wasm-bindgen-$version" wasm-bindgen-cli --version "=$version"
    rm -rf "$tools_dir/build-$version"
  ) 9>"$tools_dir/lock"
}

need_node() {
  command -v node >/dev/null || fail "Node.js 20.19 or newer is missing"
  command -v npm >/dev/null || fail "npm is missing"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or newer is needed, this is $(node --version)"
}

# npm ci in a folder, when its lock file changed since the last time.
need_npm() {
  local folder=$1 stamp
  need_node
  stamp=$(cat "$folder/package-lock.json" <(node --version) | sha256sum)
  [ "$(cat "$folder/node_modules/.sparekey-stamp" 2>/dev/null)" = "$stamp" ] && return
  say "npm ci in $folder"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
  printf '%s\n' "$stamp" >"$folder/node_modules/.sparekey-stamp"
}

# Browsers and what a window needs where there is no display. Arguments: chromium, firefox.
need_browsers() {
  local packages=() name
  for name in "$@"; do
    case $name in
      chromium) command -v chromium >/dev/null || [ -n "${CHROMIUM:-}" ] || packages+=(chromium) ;;
      firefox) command -v firefox-esr >/dev/null || [ -n "${FIREFOX:-}" ] || packages+=(firefox-esr) ;;
    esac
  done
  command -v Xvfb >/dev/null || packages+=(xvfb)
  command -v openbox >/dev/null || packages+=(openbox)
  command -v xdotool >/dev/null || packages+=(xdotool)
  # Printed pages are looked at as pictures.
  command -v pdftoppm >/dev/null || packages+=(poppler-utils)
  need_apt "${packages[@]}"
}

need_apt() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
  else
    fail "missing: $*. Debian: sudo apt-get install --no-install-recommends $*"
  fi
}
