#!/bin/bash -eu
# Builds every target for ClusterFuzzLite and OSS-Fuzz, in the environment of their image: $SRC holds
# the sources, $OUT gets a program, a dictionary, options and a zip of seeds for each target.
# .clusterfuzzlite/try runs it elsewhere.
set -o pipefail
cd "$SRC/jwt-assay"
. fuzz/options.sh

triple=x86_64-unknown-linux-gnu
sanitizer=${SANITIZER:-address}
options=()
case "$sanitizer" in
  # Debug assertions are left out there, as no input may stop the measurement.
  coverage) sanitizer=none ;;
  address) options=(--debug-assertions) ;;
  none) options=(--debug-assertions) ;;
  *) echo "sanitizer $sanitizer: Rust targets are built with address, coverage or none" >&2; exit 1 ;;
esac

# The C code of AWS-LC takes flags of its own; the image's are for C++ targets with its own libFuzzer.
if [ "${SANITIZER:-}" = coverage ]; then
  unset CFLAGS CXXFLAGS
fi
RUSTC_WRAPPER="$PWD/fuzz/instrument" cargo fuzz build -O "${options[@]}" --sanitizer "$sanitizer" --target "$triple"

# Seeds come from the suite. The command is built without the fuzzers' flags, where none is given.
corpus="$WORK/corpus"
rm -rf "$corpus"
if [ -z "${JWT_ASSAY:-}" ]; then
  env -u RUSTFLAGS -u CFLAGS -u CXXFLAGS cargo build --quiet --bin jwt-assay
  JWT_ASSAY="${CARGO_TARGET_DIR:-target}/debug/jwt-assay"
fi
"$JWT_ASSAY" vectors seed-corpus "$corpus"

# Where cargo fuzz puts programs depends on whether fuzz/ is a workspace of its own.
folder=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
for target in $(cargo fuzz list); do
  cp "$folder/$triple/release/$target" "$OUT/"
  {
    printf '[asan]\n'
    asan_options | sed 's/=/ = /'
    printf '[libfuzzer]\nmax_len = 65536\n'
    libfuzzer_options "$target" | sed 's/=/ = /'
  } >"$OUT/$target.options"
  if [ -f "fuzz/dictionaries/$target.dict" ]; then
    cp "fuzz/dictionaries/$target.dict" "$OUT/"
    printf 'dict = %s.dict\n' "$target" >>"$OUT/$target.options"
  fi
  seeds="$OUT/${target}_seed_corpus.zip"
  rm -f "$seeds"
  # Names only, and what was kept as a regression beside the seeds.
  find "$corpus/$target" "fuzz/regressions/$target" -type f ! -name README.md -print 2>/dev/null |
    zip -q -j "$seeds" -@ || { echo "no seeds for $target" >&2; exit 1; }
done
