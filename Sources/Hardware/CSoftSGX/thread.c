// A host thread that enters enclaves: its alternate stack and its record, which lie in one block.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "softsgx.h"

_Static_assert(offsetof(struct softsgx_thread, self) == T_SELF, "");
_Static_assert(offsetof(struct softsgx_thread, in_enclave) == T_IN_ENCLAVE, "");
_Static_assert(offsetof(struct softsgx_thread, host_fs) == T_HOST_FS, "");
_Static_assert(offsetof(struct softsgx_thread, host_gs) == T_HOST_GS, "");
_Static_assert(offsetof(struct softsgx_thread, target_rip) == T_TARGET_RIP, "");
_Static_assert(offsetof(struct softsgx_thread, target_fs) == T_TARGET_FS, "");
_Static_assert(offsetof(struct softsgx_thread, target_gs) == T_TARGET_GS, "");
_Static_assert(offsetof(struct softsgx_thread, cssa) == T_CSSA, "");
_Static_assert(offsetof(struct softsgx_thread, xsave) == T_XSAVE, "");
_Static_assert(offsetof(struct softsgx_thread, frame) == T_FRAME, "");
_Static_assert(offsetof(struct softsgx_thread, xfrm) == T_XFRM, "");
_Static_assert(offsetof(struct softsgx_thread, interrupt) == T_INTERRUPT, "");
_Static_assert(offsetof(struct softsgx_entry, tcs) == E_TCS, "");
_Static_assert(offsetof(struct softsgx_entry, r9) == E_R9, "");
_Static_assert(offsetof(struct softsgx_entry, function) == E_FUNCTION, "");
_Static_assert(offsetof(struct softsgx_entry, vector) == E_VECTOR, "");
_Static_assert(offsetof(struct softsgx_entry, error_code) == E_ERROR, "");
_Static_assert(offsetof(struct softsgx_entry, address) == E_ADDRESS, "");
_Static_assert(offsetof(struct softsgx_entry, rip) == E_RIP, "");
_Static_assert(offsetof(struct softsgx_tcs, thread) == TCS_THREAD, "");
_Static_assert(offsetof(struct softsgx_tcs, aep) == TCS_AEP, "");
_Static_assert(offsetof(struct softsgx_tcs, busy) == TCS_BUSY, "");
_Static_assert(sizeof(struct softsgx_tcs) == 1 << TCS_RECORD_SHIFT, "");
_Static_assert(sizeof(struct softsgx_gprsgx) == 184, "");
_Static_assert(offsetof(struct softsgx_gprsgx, rflags) == G_RFLAGS, "");
_Static_assert(offsetof(struct softsgx_gprsgx, rip) == G_RIP, "");
_Static_assert(offsetof(struct softsgx_gprsgx, exitinfo) == 160, "");
_Static_assert(offsetof(struct softsgx_gprsgx, gsbase) == 176, "");
_Static_assert(SOFTSGX_THREAD_BYTES == SOFTSGX_STACK_BYTES, "");

static uint64_t read_fs(void) {
    uint64_t value;
    __asm__ volatile("rdfsbase %0" : "=r"(value));
    return value;
}

static uint64_t read_gs(void) {
    uint64_t value;
    __asm__ volatile("rdgsbase %0" : "=r"(value));
    return value;
}

int softsgx_attach(void *block) {
    struct softsgx_thread *thread = block;
    memset(thread, 0, sizeof *thread);
    thread->host_fs = read_fs();
    thread->host_gs = read_gs();
    stack_t stack = {.ss_sp = block, .ss_flags = 0, .ss_size = SOFTSGX_STACK_BYTES};
    if (sigaltstack(&stack, &thread->previous_stack) != 0) return errno;
    thread->self = thread;
    return 0;
}

void softsgx_detach(void *block) {
    struct softsgx_thread *thread = block;
    softsgx_disarm();
    thread->self = NULL;
    sigaltstack(&thread->previous_stack, NULL);
}
