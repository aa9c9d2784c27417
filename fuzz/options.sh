# shellcheck shell=bash
# What AddressSanitizer and libFuzzer are told, by `fuzz/nightly` and `.clusterfuzzlite/build.sh` alike.

# A short quarantine and short stacks of each allocation make it half as quick again, and it still sees what
# is read or written where nothing is. Frames of functions that returned are not watched.
asan_options() { printf '%s\n' quarantine_size_mb=16 malloc_context_size=2 detect_stack_use_after_return=0; }

# Where each input reaches thousands of edges, weighing inputs by rare ones takes longer than running them.
libfuzzer_options() { # target
  case "$1" in builders | mutate_then_sign | pairings | sequences) printf 'entropic=0\n' ;; esac
}
