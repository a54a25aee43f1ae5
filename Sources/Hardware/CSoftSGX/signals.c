// Where every signal of the process arrives that could find an enclave running.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "softsgx.h"

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

enum { SIGNALS = 65 };
static struct sigaction previous[SIGNALS];
static const int exceptions[] = {SIGSEGV, SIGILL, SIGSYS, SIGFPE, SIGBUS, SIGTRAP};
static const int exception_count = sizeof exceptions / sizeof exceptions[0];
static int installed;

static int is_exception(int signal, const siginfo_t *info) {
    if (info->si_code <= 0) return 0;
    for (int i = 0; i < exception_count; i++) {
        if (exceptions[i] == signal) return 1;
    }
    return 0;
}

static int is_enclu(uint64_t rip) {
    const uint8_t *code = (const uint8_t *)rip;
    return code[0] == 0x0f && code[1] == 0x01 && code[2] == 0xd7;
}

// A patched site called the gate and the gate gave up: the state is put back to that of the ENCLU itself.
static int came_from_gate(const struct softsgx_enclave *enclave, greg_t *registers) {
    if (enclave->gate == 0) return 0;
    if ((uint64_t)registers[REG_RIP] != enclave->gate + (softsgx_gate_trap - softsgx_gate_start)) return 0;
    registers[REG_RIP] = *(const greg_t *)registers[REG_RSP] - PATCHED_BYTES;
    registers[REG_RSP] += 8;
    return 1;
}

// Outside ELRANGE but in the few instructions that lead in and out: not an exit of the enclave.
static int is_passage(const struct softsgx_enclave *enclave, uint64_t rip) {
    uint64_t start = (uintptr_t)softsgx_text_start, end = (uintptr_t)softsgx_text_end;
    return rip - start < end - start || (enclave->gate != 0 && rip - enclave->gate < SOFTSGX_PAGE);
}

static struct softsgx_exception exception_of(
    const struct softsgx_thread *thread, int signal, const siginfo_t *info, greg_t *registers) {
    struct softsgx_exception exception = {1, (uint32_t)registers[REG_TRAPNO], (uint32_t)registers[REG_ERR], 0};
    if (signal == SIGSYS && info->si_code == SYS_USER_DISPATCH) {
        // The kernel has put RAX back; RIP stands after the two bytes of SYSCALL or INT 0x80.
        registers[REG_RIP] -= 2;
        exception.vector = VECTOR_UD;
        exception.error_code = 0;
    } else if (exception.vector == VECTOR_PF) {
        exception.address = (uint64_t)registers[REG_CR2];
    } else if (exception.vector == VECTOR_BP && (thread->tcs->flags & 1) == 0) {
        registers[REG_RIP] -= 1;  // a fault, not a trap, in an enclave that did not opt in to debugging
    }
    return exception;
}

static void chain_beside_enclave(struct softsgx_thread *thread, int signal, siginfo_t *info, void *context) {
    // A handler may enter an enclave itself: what this entry has prepared must survive that.
    struct softsgx_thread saved = *thread;
    thread->in_enclave = 0;
    softsgx_chain(signal, info, context);
    saved.interrupt |= thread->interrupt;
    *thread = saved;
}

static void signal_inside(
    struct softsgx_thread *thread, int signal, siginfo_t *info, ucontext_t *context, struct softsgx_bases *bases) {
    struct softsgx_enclave *enclave = thread->enclave;
    greg_t *registers = context->uc_mcontext.gregs;
    int exceptional = is_exception(signal, info);
    if (exceptional && signal == SIGILL && came_from_gate(enclave, registers)) {
        softsgx_enclu_inside(thread, context, bases, PATCHED_BYTES);
        return;
    }
    uint64_t rip = registers[REG_RIP];
    if (softsgx_contains(enclave, rip)) {
        if (exceptional && signal == SIGILL && is_enclu(rip)) {
            softsgx_enclu_inside(thread, context, bases, ENCLU_BYTES);
            return;
        }
        struct softsgx_exception exception = {0, 0, 0, 0};
        if (exceptional) exception = exception_of(thread, signal, info, registers);
        int ours = thread->tcs->aep == (uintptr_t)softsgx_aep || thread->tcs->aep == (uintptr_t)softsgx_enclu_site;
        softsgx_aex(thread, context, bases, &exception);
        if (!exceptional || !ours) chain_beside_enclave(thread, signal, info, context);
    } else if (exceptional && !is_passage(enclave, rip)) {
        // The enclave ran host code, which hardware faults at the fetch.
        struct softsgx_exception exception = {1, VECTOR_GP, 0, 0};
        softsgx_aex(thread, context, bases, &exception);
    } else {
        chain_beside_enclave(thread, signal, info, context);
    }
}

void softsgx_dispatch(
    int signal, siginfo_t *info, ucontext_t *context, struct softsgx_thread *thread, struct softsgx_bases *bases) {
    int saved_errno = errno;
    if (thread == NULL) {
        softsgx_chain(signal, info, context);
    } else if (thread->in_enclave) {
        signal_inside(thread, signal, info, context, bases);
    } else {
        uint64_t rip = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
        int enclu = signal == SIGILL && is_exception(signal, info) && is_enclu(rip);
        if (!enclu || !softsgx_enclu_outside(thread, context, bases)) chain_beside_enclave(thread, signal, info, context);
    }
    errno = saved_errno;
}

// What would have happened without us. A default action is taken by restoring it and letting the cause happen again.
void softsgx_chain(int signal, siginfo_t *info, void *context) {
    const struct sigaction *action = &previous[signal];
    if ((action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction != NULL) {
        action->sa_sigaction(signal, info, context);
    } else if (action->sa_handler == SIG_DFL || (action->sa_handler == SIG_IGN && is_exception(signal, info))) {
        struct sigaction standard;
        memset(&standard, 0, sizeof standard);
        standard.sa_handler = SIG_DFL;
        sigaction(signal, &standard, NULL);
        if (!is_exception(signal, info)) raise(signal);
    } else if (action->sa_handler != SIG_IGN) {
        action->sa_handler(signal);
    }
}

static int take_over(int signal, struct sigaction *old, int restart) {
    struct sigaction ours;
    memset(&ours, 0, sizeof ours);
    ours.sa_sigaction = softsgx_signal_stub;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | (restart ? SA_RESTART : 0);
    sigfillset(&ours.sa_mask);
    return sigaction(signal, &ours, old) == 0 ? 0 : errno;
}

int softsgx_install_signals(void) {
    if (__atomic_exchange_n(&installed, 1, __ATOMIC_ACQ_REL) != 0) return 0;
    softsgx_learn_process();
    for (int i = 0; i < exception_count; i++) {
        int error = take_over(exceptions[i], &previous[exceptions[i]], 1);
        if (error != 0) return error;
    }
    return 0;
}

int softsgx_handle_signal(int signal, void (*handler)(int, void *, void *), int restart) {
    if (signal <= 0 || signal >= SIGNALS) return EINVAL;
    struct sigaction chained;
    memset(&chained, 0, sizeof chained);
    chained.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
    chained.sa_flags = SA_SIGINFO;
    previous[signal] = chained;
    for (int i = 0; i < exception_count; i++) {
        if (exceptions[i] == signal) return 0;
    }
    return take_over(signal, NULL, restart);
}

void softsgx_interrupt(void *context) {
    struct softsgx_thread *thread = ((ucontext_t *)context)->uc_stack.ss_sp;
    if (((ucontext_t *)context)->uc_stack.ss_size == SOFTSGX_STACK_BYTES && thread != NULL && thread->self == thread) {
        thread->interrupt = 1;
    }
}
