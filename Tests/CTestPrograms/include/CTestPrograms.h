#pragma once
#include <stdint.h>

// Programs with signal handlers of their own, for the software processor: each runs in a forked child.

/// A scenario of handlers without any enclave, recorded as text; `ours` uses softsgx_program_sigaction and _sigaltstack, otherwise
/// the kernel's. Both must record the same.
int test_record_handlers(int ours, char *text, long bytes);

/// The fixture `processor.S` in memory that children share.
struct test_fixture {
    uint64_t tcs;
    uint64_t base;
    uint64_t size;
    uint64_t absent;  // an address inside ELRANGE that nothing is mapped at
};

// Each gives 0, or the line of the check that failed.
/// Computes inside while a timer's handler, with an alternate stack and thread-local data, interrupts it.
int test_handler_interrupts_enclave(const struct test_fixture *fixture);
/// A handler leaves by siglongjmp while the enclave computes; the computation is resumed afterwards.
int test_handler_jumps_out(const struct test_fixture *fixture);
/// ENCLU in the program's own code, with its own exit pointer: faults come as signals there.
int test_own_enclu(const struct test_fixture *fixture);
/// A child enters the enclave of its parent, and dies of a fault inside by the signal it should.
int test_fork_enters(const struct test_fixture *fixture);
/// Threads that were never readied enter one after the other; mappings and descriptors stay as many.
int test_threads_leave_no_trace(const struct test_fixture *fixture);
/// System calls from inside end in #UD, on the vDSO's way in.
int test_system_call_inside(const struct test_fixture *fixture);
/// setuid in a program of several threads, one of which is inside.
int test_user_changes(const struct test_fixture *fixture);
/// -11, or 0 where the frame fits: nothing below a small alternate stack is written.
int test_small_stack(const struct test_fixture *fixture);
