// A signal on its way to whoever handles it.
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "dispositions.h"
#include "kernel.h"

enum { RED_ZONE = 128, KERNEL_UCONTEXT = 304, KERNEL_SIGINFO = 128, XSTATE_ALIGNMENT = 64 };
enum { FLAG_TF = 0x100, FLAG_DF = 0x400, FLAG_RF = 0x10000 };
enum { AUTODISARM = (int)(1u << 31) };

// What the kernel puts on a stack for a handler, and what rt_sigreturn takes from it.
struct signal_frame {
    uint64_t return_address;
    uint8_t context[KERNEL_UCONTEXT];
    uint8_t info[KERNEL_SIGINFO];
};

// A frame's own place in it; a frame is 8 bytes off, as after a call.
_Static_assert(offsetof(struct signal_frame, context) == 8, "");

void softsgx_restorer(void);

static int lies_on(const stack_t *stack, uint64_t address) {
    return stack->ss_size != 0 && (stack->ss_flags & SS_DISABLE) == 0 && address - (uintptr_t)stack->ss_sp < stack->ss_size;
}

static uint64_t signals_of(const ucontext_t *context) {
    uint64_t mask;
    memcpy(&mask, &context->uc_sigmask, sizeof mask);
    return mask;
}

static void set_signals(ucontext_t *context, uint64_t mask) { memcpy(&context->uc_sigmask, &mask, sizeof mask); }

static uint64_t mask_in_handler(const struct disposition *disposition, int signal, uint64_t before) {
    uint64_t mask = before | disposition->mask;
    if ((disposition->flags & SA_NODEFER) == 0) mask |= (uint64_t)1 << (signal - 1);
    return mask;
}

// Forgets the handlers that were left by a jump: the stack pointer is above their frame, or on another stack.
static void forget_handlers(struct softsgx_thread *thread, uint64_t rsp) {
    uint64_t on_stack = (uint64_t)lies_on(&thread->program_stack, rsp);
    while (thread->handler_count > 0) {
        const struct softsgx_handler *last = &thread->handlers[thread->handler_count - 1];
        // From the alternate stack nobody comes back to the ordinary one but by returning or jumping.
        int alive = last->on_stack == on_stack ? rsp < last->frame : on_stack != 0;
        if (alive) return;
        thread->handler_count -= 1;
    }
}

uint64_t softsgx_closed_signals(struct softsgx_thread *thread, uint64_t rsp) {
    forget_handlers(thread, rsp);
    return thread->handler_count > 0 ? thread->handlers[thread->handler_count - 1].closed : 0;
}

uint64_t softsgx_believed_mask(void) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) return 0;
    struct softsgx_thread *thread = softsgx_thread_on(&now);
    return thread == NULL ? 0 : softsgx_closed_signals(thread, (uintptr_t)__builtin_frame_address(0));
}

void softsgx_open_signals(uint64_t mask) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) return;
    struct softsgx_thread *thread = softsgx_thread_on(&now);
    if (thread == NULL) return;
    forget_handlers(thread, (uintptr_t)__builtin_frame_address(0));
    if (thread->handler_count > 0) thread->handlers[thread->handler_count - 1].closed &= ~mask;
}

static void remember_handler(struct softsgx_thread *thread, uint64_t frame, int on_stack, uint64_t closed) {
    // Deeper than that the oldest are forgotten: what they closed the newest has closed too.
    if (thread->handler_count == SOFTSGX_MOST_HANDLERS) {
        memmove(thread->handlers, thread->handlers + 1, sizeof thread->handlers - sizeof thread->handlers[0]);
        thread->handler_count -= 1;
    }
    thread->handlers[thread->handler_count++] = (struct softsgx_handler){frame, (uint64_t)on_stack, closed};
}

// The default action is the kernel's: the signal comes again, as it was, when our handler has returned.
static void take_default(int signal, siginfo_t *info) {
    softsgx_reset_disposition(signal, 1);
    long process = kernel_call(SYS_getpid, 0, 0, 0, 0, 0), self = kernel_call(SYS_gettid, 0, 0, 0, 0, 0);
    kernel_call(SYS_rt_tgsigqueueinfo, process, self, signal, (long)info, 0);
}

// A handler of ours may enter an enclave itself: what an entry under way has prepared must survive that.
static void call_direct(struct softsgx_thread *thread, const struct disposition *disposition, int signal, siginfo_t *info,
                        ucontext_t *context) {
    if (thread == NULL) {
        disposition->handler(signal, info, context);
        return;
    }
    struct softsgx_thread saved = *thread;
    thread->in_enclave = THREAD_OUTSIDE;
    disposition->handler(signal, info, context);
    saved.interrupt |= thread->interrupt;
    *thread = saved;
}

// On a thread that is not ours the kernel has chosen the stack, and it is the right one.
static void call_here(const struct disposition *disposition, int signal, siginfo_t *info, ucontext_t *context) {
    uint64_t mask = mask_in_handler(disposition, signal, signals_of(context));
    uint64_t all;
    kernel_restore_signals(&mask);
    disposition->handler(signal, info, context);
    kernel_block_signals(&all);
    // The handler may have entered an enclave: the alternate stack is ours since then, and stays.
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && now.ss_size == SOFTSGX_STACK_BYTES && (now.ss_flags & SS_ONSTACK) == 0) {
        context->uc_stack = now;
    }
}

static uint64_t state_bytes(const ucontext_t *context) {
    const uint8_t *state = (const uint8_t *)context->uc_mcontext.fpregs;
    return state == NULL ? 0 : softsgx_frame_bytes(state);
}

// Makes the frame on the stack that the handler wants, and has our own return lead to the handler.
static void call_on_stack(struct softsgx_thread *thread, const struct disposition *disposition, int signal,
                          const siginfo_t *info, ucontext_t *context) {
    greg_t *registers = context->uc_mcontext.gregs;
    stack_t theirs = thread != NULL ? thread->program_stack : context->uc_stack;
    uint64_t top = (uint64_t)registers[REG_RSP] - RED_ZONE;
    int on_it = lies_on(&theirs, (uint64_t)registers[REG_RSP]);
    int switches = (disposition->flags & SA_ONSTACK) != 0 && theirs.ss_size != 0 && (theirs.ss_flags & SS_DISABLE) == 0 && !on_it;
    if (switches) top = (uintptr_t)theirs.ss_sp + theirs.ss_size;
    uint64_t bytes = state_bytes(context);
    uint64_t state = (top - bytes) & ~(uint64_t)(XSTATE_ALIGNMENT - 1);
    struct signal_frame *frame = (struct signal_frame *)(((state - sizeof *frame) & ~(uint64_t)15) - 8);
    if ((switches || on_it) && !lies_on(&theirs, (uintptr_t)frame)) {
        // As the kernel: a program whose alternate stack is too small for the frame ends.
        siginfo_t ending = {.si_signo = SIGSEGV, .si_code = SI_KERNEL};
        take_default(SIGSEGV, &ending);
        return;
    }
    if (bytes != 0) memcpy((void *)state, context->uc_mcontext.fpregs, bytes);
    frame->return_address = (uintptr_t)softsgx_restorer;
    memcpy(frame->context, context, KERNEL_UCONTEXT);
    memcpy(frame->info, info, KERNEL_SIGINFO);
    ucontext_t *copy = (ucontext_t *)frame->context;
    copy->uc_mcontext.fpregs = bytes != 0 ? (void *)state : NULL;
    copy->uc_stack = theirs;
    uint64_t mask = signals_of(context), open = ~(uint64_t)0;
    if (thread != NULL) {
        open = ~softsgx_exception_mask();
        mask |= softsgx_closed_signals(thread, (uint64_t)registers[REG_RSP]);
    }
    set_signals(copy, mask);
    mask = mask_in_handler(disposition, signal, mask);
    if (thread != NULL) remember_handler(thread, (uintptr_t)frame, switches || on_it, mask & ~open);
    if (on_it) copy->uc_stack.ss_flags |= SS_ONSTACK;
    if (switches && (theirs.ss_flags & AUTODISARM) != 0 && thread != NULL) {
        thread->program_stack = (stack_t){.ss_sp = NULL, .ss_flags = SS_DISABLE, .ss_size = 0};
    }
    softsgx_init_xsave(context, softsgx_xcr0() & 0xff);
    registers[REG_RIP] = (greg_t)(uintptr_t)disposition->handler;
    registers[REG_RSP] = (greg_t)(uintptr_t)frame;
    registers[REG_RDI] = signal;
    registers[REG_RSI] = (greg_t)(uintptr_t)frame->info;
    registers[REG_RDX] = (greg_t)(uintptr_t)frame->context;
    registers[REG_RAX] = 0;
    registers[REG_EFL] &= ~(greg_t)(FLAG_TF | FLAG_DF | FLAG_RF);
    set_signals(context, mask & open);
}

// From softsgx_restorer, on the program's stack: the frame says which alternate stack the program has, the kernel is to keep ours.
void softsgx_handler_returned(ucontext_t *context) {
    stack_t now;
    if (sigaltstack(NULL, &now) != 0) return;
    struct softsgx_thread *thread = softsgx_thread_on(&now);
    if (thread == NULL) return;
    thread->program_stack = context->uc_stack;
    thread->program_stack.ss_flags &= ~SS_ONSTACK;
    context->uc_stack = now;
    context->uc_stack.ss_flags = 0;
    forget_handlers(thread, (uintptr_t)context);
    set_signals(context, signals_of(context) & ~softsgx_exception_mask());
}

void softsgx_deliver(
    struct softsgx_thread *thread, int signal, siginfo_t *info, ucontext_t *context, struct softsgx_bases *bases) {
    (void)bases;
    struct disposition disposition = softsgx_disposition(signal);
    int forced = info->si_code > 0 && softsgx_is_exceptional(signal);
    if (forced && thread != NULL && disposition.kind == DISPOSITION_PROGRAM) {
        // The kernel ends a program that faults where it has the fault blocked.
        uint64_t closed = softsgx_closed_signals(thread, (uint64_t)context->uc_mcontext.gregs[REG_RSP]);
        if ((closed >> (signal - 1) & 1) != 0) disposition.kind = DISPOSITION_DEFAULT;
    }
    switch (disposition.kind) {
    case DISPOSITION_IGNORED:
        if (forced) take_default(signal, info);
        return;
    case DISPOSITION_DEFAULT: take_default(signal, info); return;
    case DISPOSITION_DIRECT: call_direct(thread, &disposition, signal, info, context); return;
    case DISPOSITION_PROGRAM: break;
    }
    if ((disposition.flags & SA_RESETHAND) != 0) softsgx_reset_disposition(signal, 0);
    // Without an alternate stack, or where the handler asked for it, the kernel has put a thread that is not ours on the right one.
    int has_stack = context->uc_stack.ss_size != 0 && (context->uc_stack.ss_flags & SS_DISABLE) == 0;
    if (thread == NULL && (!has_stack || (disposition.flags & SA_ONSTACK) != 0)) {
        call_here(&disposition, signal, info, context);
    } else if (thread != NULL && thread->in_enclave != THREAD_OUTSIDE) {
        // In the gate, which only our own images have: no handler of theirs leaves it sideways.
        call_direct(thread, &disposition, signal, info, context);
    } else {
        call_on_stack(thread, &disposition, signal, info, context);
    }
}
