// Where every signal of the process arrives that could find an enclave running.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "dispositions.h"
#include "faults.h"
#include "softsgx.h"

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

enum { CODE_WRITE = 2, CODE_FETCH = 16 };

static int is_exception(int signal, const siginfo_t *info) { return info->si_code > 0 && softsgx_is_exceptional(signal); }

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

// Outside ELRANGE in the instructions that lead in: the entry can be given up and begun again.
static int is_entering(const struct softsgx_thread *thread, uint64_t rip) {
    uint64_t start = (uintptr_t)softsgx_text_start, end = (uintptr_t)softsgx_text_end;
    return thread->in_enclave == THREAD_ENTERING || rip - start < end - start;
}

static int is_in_gate(const struct softsgx_thread *thread, uint64_t rip) {
    const struct softsgx_enclave *enclave = thread->enclave;
    return thread->in_gate || (enclave->gate != 0 && rip - enclave->gate < SOFTSGX_PAGE);
}

// An entry that a signal interrupts has not happened yet: a handler of the program may never come back to it.
static void give_entry_up(struct softsgx_thread *thread, greg_t *registers, struct softsgx_bases *bases) {
    softsgx_abandon_entry(thread);
    registers[REG_RIP] = (greg_t)thread->retry_rip;
    registers[REG_RSP] = (greg_t)thread->retry_rsp;
    registers[REG_RBP] = (greg_t)thread->retry_rbp;
    bases->fs = thread->host_fs;
    bases->gs = thread->host_gs;
}

static uint32_t access_of(uint64_t code) {
    if ((code & CODE_WRITE) != 0) return ACCESS_WRITE;
    return (code & CODE_FETCH) != 0 ? ACCESS_FETCH : ACCESS_READ;
}

// A page fault at a page of the enclave: 0 when the access can be tried again, otherwise the exception is what it comes to.
static int judge_fault(struct softsgx_enclave *enclave, int signal, struct softsgx_exception *exception) {
    uint32_t access = access_of(exception->error_code), code;
    enum softsgx_verdict verdict = softsgx_judge(enclave, exception->address, access, &code);
    // A bus error of the host's own, for want of memory, is not mended by trying again.
    if (verdict == VERDICT_ALLOWED && signal == SIGBUS) verdict = VERDICT_BUS_ERROR;
    if (verdict == VERDICT_ALLOWED) verdict = softsgx_catch_up(enclave, exception->address);
    if (verdict == VERDICT_AGAIN) return 0;
    exception->error_code = code;
    exception->bus_error = verdict == VERDICT_BUS_ERROR;
    return 1;
}

static struct softsgx_exception exception_of(
    const struct softsgx_thread *thread, int signal, const siginfo_t *info, greg_t *registers) {
    struct softsgx_exception exception = {1, (uint32_t)registers[REG_TRAPNO], (uint32_t)registers[REG_ERR], 0, 0};
    if (signal == SIGSYS && info->si_code == SYS_USER_DISPATCH) {
        // The kernel has put RAX back; RIP stands after the two bytes of SYSCALL or INT 0x80.
        registers[REG_RIP] -= 2;
        exception.vector = VECTOR_UD;
        exception.error_code = 0;
    } else if (exception.vector == VECTOR_PF) {
        exception.address = (uint64_t)registers[REG_CR2];
        exception.bus_error = signal == SIGBUS;
    } else if (exception.vector == VECTOR_BP && (thread->tcs->flags & SOFTSGX_TCS_DBGOPTIN) == 0) {
        registers[REG_RIP] -= 1;  // a fault, not a trap, in an enclave that did not opt in to debugging
    }
    return exception;
}

static int signal_of(const struct softsgx_exception *exception) {
    switch (exception->vector) {
    case VECTOR_DE:
    case VECTOR_MF:
    case VECTOR_XM: return SIGFPE;
    case VECTOR_DB:
    case VECTOR_BP: return SIGTRAP;
    case VECTOR_UD: return SIGILL;
    case VECTOR_AC: return SIGBUS;
    case VECTOR_PF: return exception->bus_error ? SIGBUS : SIGSEGV;
    default: return SIGSEGV;
    }
}

// The exception as the kernel would have signalled it: it knows the exit pointer, the vector, and of an address only the page.
static int describe(const struct softsgx_exception *exception, int signal, siginfo_t *info, greg_t *registers) {
    int wanted = signal_of(exception);
    int kept = info->si_code;
    uint64_t page = exception->address & ~(uint64_t)(SOFTSGX_PAGE - 1);
    memset(info, 0, sizeof *info);
    info->si_signo = wanted;
    info->si_addr = (void *)(uintptr_t)registers[REG_RIP];
    info->si_code = wanted == signal ? kept : SI_KERNEL;
    if (wanted == SIGILL) info->si_code = ILL_ILLOPN;
    if (exception->vector == VECTOR_GP) info->si_code = SI_KERNEL;
    if (exception->vector == VECTOR_GP) info->si_addr = NULL;
    if (exception->vector == VECTOR_PF) {
        info->si_addr = (void *)(uintptr_t)page;
        info->si_code = (exception->error_code & 1) != 0 ? SEGV_ACCERR : SEGV_MAPERR;
        if (exception->bus_error) info->si_code = BUS_ADRERR;
        registers[REG_CR2] = (greg_t)page;
    }
    registers[REG_TRAPNO] = exception->vector;
    registers[REG_ERR] = exception->error_code;
    return wanted;
}

struct arrival {
    int signal;
    siginfo_t *info;
    ucontext_t *context;
    struct softsgx_thread *thread;
    struct softsgx_bases *bases;
};

static void deliver(const struct arrival *arrival) {
    softsgx_deliver(arrival->thread, arrival->signal, arrival->info, arrival->context, arrival->bases);
}

static void leave_with(struct arrival *arrival, struct softsgx_exception *exception) {
    if (softsgx_aex(arrival->thread, arrival->context, arrival->bases, exception)) return;
    arrival->signal = describe(exception, arrival->signal, arrival->info, arrival->context->uc_mcontext.gregs);
    deliver(arrival);
}

static void execute_inside(struct arrival *arrival, uint32_t length) {
    struct softsgx_exception exception = {0, 0, 0, 0, 0};
    if (softsgx_enclu_inside(arrival->thread, arrival->context, arrival->bases, length, &exception)) return;
    leave_with(arrival, &exception);
}

static void exception_inside(struct arrival *arrival) {
    struct softsgx_thread *thread = arrival->thread;
    greg_t *registers = arrival->context->uc_mcontext.gregs;
    if (arrival->signal == SIGILL && is_enclu((uint64_t)registers[REG_RIP])) {
        execute_inside(arrival, ENCLU_BYTES);
        return;
    }
    struct softsgx_exception exception = exception_of(thread, arrival->signal, arrival->info, registers);
    int own = exception.vector == VECTOR_PF && softsgx_contains(thread->enclave, exception.address);
    if (own && !judge_fault(thread->enclave, arrival->signal, &exception)) return;
    leave_with(arrival, &exception);
}

static void signal_inside(struct arrival *arrival) {
    struct softsgx_thread *thread = arrival->thread;
    struct softsgx_enclave *enclave = thread->enclave;
    greg_t *registers = arrival->context->uc_mcontext.gregs;
    uint64_t rip = (uint64_t)registers[REG_RIP];
    int exceptional = is_exception(arrival->signal, arrival->info);
    int direct = softsgx_disposition(arrival->signal).kind == DISPOSITION_DIRECT;
    struct softsgx_exception none = {0, 0, 0, 0, 0};
    if (thread->in_enclave == THREAD_INSIDE && softsgx_contains(enclave, rip)) {
        if (exceptional) {
            exception_inside(arrival);
        } else {
            softsgx_aex(thread, arrival->context, arrival->bases, &none);
            deliver(arrival);
        }
    } else if (exceptional && arrival->signal == SIGILL && enclave != NULL && came_from_gate(enclave, registers)) {
        execute_inside(arrival, PATCHED_BYTES);
    } else if (is_entering(thread, rip)) {
        if (!direct) give_entry_up(thread, registers, arrival->bases);
        deliver(arrival);
    } else if (is_in_gate(thread, rip)) {
        deliver(arrival);
    } else if (exceptional) {
        // The enclave ran host code, which hardware faults at the fetch.
        struct softsgx_exception exception = {1, VECTOR_GP, 0, 0, 0};
        leave_with(arrival, &exception);
    } else if (direct) {
        deliver(arrival);
    } else {
        softsgx_aex(thread, arrival->context, arrival->bases, &none);
        deliver(arrival);
    }
}

// EENTER or ERESUME outside; 1 when it is done.
static int execute_outside(struct arrival *arrival) {
    greg_t *registers = arrival->context->uc_mcontext.gregs;
    uint32_t leaf = (uint32_t)registers[REG_RAX];
    if (!is_enclu((uint64_t)registers[REG_RIP]) || (leaf != SOFTSGX_EENTER && leaf != SOFTSGX_ERESUME)) return 0;
    if (arrival->thread == NULL) arrival->thread = softsgx_adopt_thread(arrival->context, arrival->bases);
    if (arrival->thread == NULL) return 0;
    struct softsgx_exception exception = {0, 0, 0, 0, 0};
    if (softsgx_enclu_outside(arrival->thread, arrival->context, arrival->bases, &exception) == OUTSIDE_DONE) return 1;
    arrival->signal = describe(&exception, arrival->signal, arrival->info, registers);
    return 0;
}

struct softsgx_thread *softsgx_dispatch(
    int signal, siginfo_t *info, ucontext_t *context, struct softsgx_thread *thread, struct softsgx_bases *bases) {
    struct arrival arrival = {signal, info, context, thread, bases};
    int saved_errno = errno;
    if (thread != NULL && thread->in_enclave != THREAD_OUTSIDE) {
        signal_inside(&arrival);
    } else {
        int undefined = signal == SIGILL && is_exception(signal, info);
        if (!undefined || (!softsgx_answer_cpuid(context) && !execute_outside(&arrival))) deliver(&arrival);
    }
    errno = saved_errno;
    return arrival.thread;
}

void softsgx_interrupt(void *context) {
    struct softsgx_thread *thread = softsgx_thread_on(&((ucontext_t *)context)->uc_stack);
    if (thread != NULL) thread->interrupt = 1;
}
