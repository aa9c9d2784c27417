# shellcheck shell=bash
# What AddressSanitizer and libFuzzer are told, by `fuzz/nightly` and `.clusterfuzzlite/build.sh` alike.

# What is freed stays in quarantine as long as the processor has it in its cache: a mebibyte is what some ten
# inputs allocate. A larger one makes each allocation wait for memory, a fifth of the time; stacks of two
# frames are kept of each. Frames of functions that returned are not watched.
asan_options() {
  printf '%s\n' quarantine_size_mb=1 thread_local_quarantine_size_kb=256 malloc_context_size=2 \
    detect_stack_use_after_return=0
}

# Where each input reaches thousands of edges, weighing inputs by rare ones takes longer than running them. An
# input of a few octets is the plain default with an edit, so lengths are not held back: in 45 s from nothing
# `mutate_then_sign` reaches half as many features again.
libfuzzer_options() { # target
  case "$1" in builders | mutate_then_sign | pairings | sequences) printf 'entropic=0\nlen_control=0\n' ;; esac
}
