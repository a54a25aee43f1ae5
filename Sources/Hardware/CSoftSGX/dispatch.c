// No system call from inside: Syscall User Dispatch makes each a SIGSYS, per thread and for one enclave at a time.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "kernel.h"
#include "softsgx.h"

enum { SET_SYSCALL_USER_DISPATCH = 59, DISPATCH_OFF = 0, DISPATCH_EXCLUSIVE = 1, DISPATCH_INCLUSIVE = 2 };
static const uint64_t end_of_user_space = 0x7ffffffff000;

// Zero in a forked child, whatever the parent stored: how a child notices that it is one without a system call.
static uint64_t *process_mark;
static uint64_t mark_without_wiping = 1;

// Whether the kernel can dispatch the calls of one range and leave all others alone (recent).
static int exact;
static int forbidden;

static long dispatch(long form, uint64_t start, uint64_t length) {
    return kernel_call(SYS_prctl, SET_SYSCALL_USER_DISPATCH, form, (long)start, (long)length, 0);
}

void softsgx_disarm(void) { dispatch(DISPATCH_OFF, 0, 0); }

// Nothing of the host lies below the end of ELRANGE: the program itself is what could; libraries are loaded far above.
static int is_lowest(const struct softsgx_enclave *enclave) {
    uint64_t end = enclave->base + enclave->size;
    return getauxval(AT_PHDR) >= end && (uintptr_t)&process_mark >= end;
}

// The form that every kernel since 5.11 has allows one range: what lies above ELRANGE.
static int arm(const struct softsgx_enclave *enclave) {
    if (exact) return (int)-dispatch(DISPATCH_INCLUSIVE, enclave->base, enclave->size);
    uint64_t end = enclave->base + enclave->size;
    if (is_lowest(enclave)) return (int)-dispatch(DISPATCH_EXCLUSIVE, end, end_of_user_space - end);
    // Nothing keeps this enclave from making system calls; its thread must not keep another one's range.
    softsgx_disarm();
    return 0;
}

int softsgx_system_calls_refused(const struct softsgx_enclave *enclave) {
    return !__atomic_load_n(&forbidden, __ATOMIC_RELAXED) && (exact || is_lowest(enclave));
}

void softsgx_learn_process(void) {
    // Any range tells whether the form is known.
    exact = dispatch(DISPATCH_INCLUSIVE, SOFTSGX_PAGE, SOFTSGX_PAGE) == 0;
    softsgx_disarm();
    softsgx_reserve_blocks();
    uint64_t *page = mmap(NULL, SOFTSGX_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (madvise(page, SOFTSGX_PAGE, MADV_WIPEONFORK) != 0) {
        munmap(page, SOFTSGX_PAGE);
        return;
    }
    process_mark = page;
}

uint64_t softsgx_process(void) {
    uint64_t *mark = process_mark != NULL ? process_mark : &mark_without_wiping;
    uint64_t value = __atomic_load_n(mark, __ATOMIC_RELAXED);
    if (value != 0) return value;
    value = (uint64_t)kernel_call(SYS_getpid, 0, 0, 0, 0, 0);
    __atomic_store_n(mark, value, __ATOMIC_RELAXED);
    return value;
}

int softsgx_arm(struct softsgx_thread *thread, struct softsgx_enclave *enclave) {
    uint64_t process = softsgx_process();
    if (thread->dispatched_base == enclave->base && thread->dispatched_size == enclave->size && thread->process == process) return 0;
    if (thread->process != process) softsgx_own_block(thread);
    int error = arm(enclave);
    // A sandbox may refuse it: programs that know nothing of us go on without, our own must not.
    if (error != 0 && enclave->owned) return error;
    if (error != 0) __atomic_store_n(&forbidden, 1, __ATOMIC_RELAXED);
    thread->dispatched_base = enclave->base;
    thread->dispatched_size = enclave->size;
    thread->process = process;
    return 0;
}
