# The Wasm package in extension/wasm (not committed). Sourced by build.sh.

# build_wasm dev|release
build_wasm() {
  local profile=$1 folder=debug
  need_rust
  need_wasm_bindgen
  if [ "$profile" = release ]; then
    folder=release
    release_flags
    CARGO_ENCODED_RUSTFLAGS=$release_flags cargo build --quiet --locked --lib --target $wasm_target --release
  else
    cargo build --quiet --locked --lib --target $wasm_target
  fi
  rm -rf extension/wasm
  "$wasm_bindgen/wasm-bindgen" --target web --omit-default-module-path --out-name sparekey --out-dir extension/wasm \
    "$target_dir/$wasm_target/$folder/sparekey.wasm"
  if [ "$profile" = release ]; then
    local wasm=extension/wasm/sparekey_bg.wasm
    # `strip` took the section that names the features: they are what rustc and the flags below turn on.
    # -O3 took four minutes for one part in a thousand of the packed size, and derives no faster (measured, 2026-11-22).
    node extension/node_modules/binaryen/bin/wasm-opt -O1 --enable-bulk-memory --enable-bulk-memory-opt \
      --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types \
      --enable-multivalue --enable-simd "$wasm" -o "$wasm.optimised"
    mv "$wasm.optimised" "$wasm"
  fi
}

# Sets $release_flags, in cargo's encoding (spaces in paths stay whole).
release_flags() {
  local separator=$'\x1f' flags=(
    # The sha2 crate's Wasm backend: PBKDF2 in two thirds of the time.
    -Ctarget-feature=+simd128
    # The same bytes wherever the tree and the crates lie.
    "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
    "--remap-path-prefix=$root=/sparekey"
  )
  release_flags=$(IFS=$separator; printf '%s' "${flags[*]}")
}
