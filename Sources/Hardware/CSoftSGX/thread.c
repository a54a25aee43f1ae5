// A host thread that enters enclaves: its alternate stack and its record, which lie in one block.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "kernel.h"
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
_Static_assert(offsetof(struct softsgx_thread, restored) == T_RESTORED, "");
_Static_assert(offsetof(struct softsgx_thread, interrupt) == T_INTERRUPT, "");
_Static_assert(offsetof(struct softsgx_thread, retry_rip) == T_RETRY_RIP, "");
_Static_assert(offsetof(struct softsgx_thread, retry_rsp) == T_RETRY_RSP, "");
_Static_assert(offsetof(struct softsgx_thread, retry_rbp) == T_RETRY_RBP, "");
_Static_assert(offsetof(struct softsgx_thread, in_gate) == T_IN_GATE, "");
_Static_assert(offsetof(struct softsgx_thread, gate_rsp) == T_GATE_RSP, "");
_Static_assert(offsetof(struct softsgx_thread, fault_code) == T_FAULT_CODE, "");
_Static_assert(offsetof(struct softsgx_thread, fault_address) == T_FAULT_ADDRESS, "");
_Static_assert(THREAD_ENTERING == THREAD_IS_ENTERING, "");
_Static_assert(offsetof(struct softsgx_run, user_handler) == 24 && sizeof(struct softsgx_run) == 256, "");
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

struct softsgx_thread *softsgx_thread_on(const stack_t *stack) {
    struct softsgx_thread *thread = stack->ss_sp;
    if (stack->ss_size != SOFTSGX_STACK_BYTES || (uintptr_t)thread % SOFTSGX_STACK_BYTES != 0 || thread == NULL) return NULL;
    return thread->self == thread ? thread : NULL;
}

// The signals of exceptions: a thread that blocks them would be killed by the first trap.
static const int exceptions[] = {SIGSEGV, SIGILL, SIGSYS, SIGFPE, SIGBUS, SIGTRAP};

uint64_t softsgx_exception_mask(void) {
    uint64_t mask = 0;
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) mask |= (uint64_t)1 << (exceptions[i] - 1);
    return mask;
}

static struct softsgx_thread *prepare(void *block, const stack_t *program_stack) {
    struct softsgx_thread *thread = block;
    memset(thread, 0, sizeof *thread);
    thread->host_fs = read_fs();
    thread->host_gs = read_gs();
    thread->process = softsgx_process();
    thread->program_stack = *program_stack;
    return thread;
}

int softsgx_attach(void *block) {
    stack_t ours = {.ss_sp = block, .ss_flags = 0, .ss_size = SOFTSGX_STACK_BYTES};
    stack_t before;
    if (sigaltstack(&ours, &before) != 0) return errno;
    struct softsgx_thread *thread = prepare(block, &before);
    __atomic_store_n(&thread->self, thread, __ATOMIC_RELEASE);
    softsgx_take_over_glibc();
    uint64_t mask = softsgx_exception_mask();
    kernel_call(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&mask, 0, KERNEL_SIGNAL_BYTES, 0);
    return 0;
}

void softsgx_detach(void *block) {
    struct softsgx_thread *thread = block;
    softsgx_disarm();
    thread->self = NULL;
    sigaltstack(&thread->program_stack, NULL);
}

// In a handler the alternate stack changes when the handler returns. On the program's own it could not.
struct softsgx_thread *softsgx_adopt_thread(ucontext_t *context, struct softsgx_bases *bases) {
    const stack_t *theirs = &context->uc_stack;
    uint64_t rsp = (uint64_t)context->uc_mcontext.gregs[REG_RSP];
    if (theirs->ss_size != 0 && rsp - (uintptr_t)theirs->ss_sp < theirs->ss_size) return NULL;
    void *block = softsgx_take_block();
    if (block == NULL) return NULL;
    struct softsgx_thread *thread = prepare(block, theirs);
    thread->self = thread;
    context->uc_stack = (stack_t){.ss_sp = block, .ss_flags = 0, .ss_size = SOFTSGX_STACK_BYTES};
    bases->fs = thread->host_fs;
    bases->gs = thread->host_gs;
    softsgx_take_over_glibc();
    uint64_t mask;
    memcpy(&mask, &context->uc_sigmask, sizeof mask);
    mask &= ~softsgx_exception_mask();
    memcpy(&context->uc_sigmask, &mask, sizeof mask);
    return thread;
}

intptr_t softsgx_ready_thread(void) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) return -errno;
    struct softsgx_thread *thread = softsgx_thread_on(&now);
    if (thread != NULL) {
        // The program may have changed them.
        thread->host_fs = read_fs();
        thread->host_gs = read_gs();
        softsgx_take_over_glibc();
        return (intptr_t)thread;
    }
    if ((now.ss_flags & SS_ONSTACK) != 0) return -EPERM;
    int error = softsgx_install_signals();
    if (error != 0) return -error;
    void *block = softsgx_take_block();
    if (block == NULL) return -ENOMEM;
    error = softsgx_attach(block);
    return error == 0 ? (intptr_t)block : -error;
}

static int is_on(const stack_t *stack) {
    return stack->ss_size != 0 && (uintptr_t)__builtin_frame_address(0) - (uintptr_t)stack->ss_sp < stack->ss_size;
}

enum { AUTODISARM = (int)(1u << 31), LEAST_STACK = 2048 };

// What the kernel would say of a new alternate stack.
static int check_stack(const stack_t *stack) {
    int mode = stack->ss_flags & ~AUTODISARM;
    if (mode != 0 && mode != SS_ONSTACK && mode != SS_DISABLE) return EINVAL;
    return mode != SS_DISABLE && stack->ss_size < LEAST_STACK ? ENOMEM : 0;
}

int softsgx_program_sigaltstack(const stack_t *stack, stack_t *old) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) return errno;
    struct softsgx_thread *thread = softsgx_thread_on(&now);
    // A thread that asks for an alternate stack gets ours from the start: later it may be on its own, which cannot be changed then.
    if (thread == NULL && stack != NULL && (now.ss_flags & SS_ONSTACK) == 0 && softsgx_ready_thread() > 0) {
        return softsgx_program_sigaltstack(stack, old);
    }
    if (thread == NULL) return sigaltstack(stack, old) == 0 ? 0 : errno;
    stack_t theirs = thread->program_stack;
    int on = is_on(&theirs);
    if (stack != NULL) {
        int error = on ? EPERM : check_stack(stack);
        if (error != 0) return error;
        thread->program_stack = *stack;
        thread->program_stack.ss_flags &= ~SS_ONSTACK;
        if ((stack->ss_flags & SS_DISABLE) != 0) thread->program_stack = (stack_t){.ss_flags = SS_DISABLE};
    }
    if (old != NULL) {
        *old = theirs;
        if (on) old->ss_flags |= SS_ONSTACK;
        if (theirs.ss_size == 0) old->ss_flags = SS_DISABLE;
    }
    return 0;
}
