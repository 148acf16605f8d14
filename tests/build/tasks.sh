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
