// The table of dispositions: what the program, or we ourselves, want done with each signal. The kernel knows our stub only.
#define _GNU_SOURCE
#include "dispositions.h"

#include <errno.h>
#include <string.h>

#include "kernel.h"

// A handler reads while another thread may write: an odd version says that it does.
struct slot {
    uint32_t version;
    struct disposition disposition;
};
static struct slot slots[SIGNALS];
static const int exceptional[] = {SIGSEGV, SIGILL, SIGSYS, SIGFPE, SIGBUS, SIGTRAP};
enum { EXCEPTIONAL = sizeof exceptional / sizeof exceptional[0] };
// What of a program's flags concerns the kernel even though the handler is ours.
static const int kernel_flags = SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT;
enum { NOT_INSTALLED, INSTALLING, INSTALLED };
static int installation;

int softsgx_is_exceptional(int signal) {
    for (int i = 0; i < EXCEPTIONAL; i++) {
        if (exceptional[i] == signal) return 1;
    }
    return 0;
}

struct disposition softsgx_disposition(int signal) {
    const struct slot *slot = &slots[signal];
    struct disposition found;
    uint32_t version;
    do {
        while (((version = __atomic_load_n(&slot->version, __ATOMIC_ACQUIRE)) & 1) != 0) __builtin_ia32_pause();
        found = *(const volatile struct disposition *)&slot->disposition;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
    } while (__atomic_load_n(&slot->version, __ATOMIC_RELAXED) != version);
    return found;
}

// With every signal blocked, so that no handler of this thread waits for us.
static struct disposition replace(int signal, struct disposition with) {
    struct slot *slot = &slots[signal];
    uint64_t mask;
    kernel_block_signals(&mask);
    uint32_t version = __atomic_load_n(&slot->version, __ATOMIC_RELAXED) & ~1u;
    while (!__atomic_compare_exchange_n(&slot->version, &version, version + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        version &= ~1u;
        __builtin_ia32_pause();
    }
    struct disposition before = slot->disposition;
    *(volatile struct disposition *)&slot->disposition = with;
    __atomic_store_n(&slot->version, version + 2, __ATOMIC_RELEASE);
    kernel_restore_signals(&mask);
    return before;
}

static struct disposition disposition_of(const struct sigaction *action) {
    struct disposition made = {DISPOSITION_PROGRAM, action->sa_flags, 0, action->sa_sigaction};
    memcpy(&made.mask, &action->sa_mask, sizeof made.mask);
    if (action->sa_handler == SIG_DFL) made.kind = DISPOSITION_DEFAULT;
    if (action->sa_handler == SIG_IGN) made.kind = DISPOSITION_IGNORED;
    return made;
}

static struct sigaction action_of(const struct disposition *disposition) {
    struct sigaction made;
    memset(&made, 0, sizeof made);
    made.sa_sigaction = disposition->handler;
    if (disposition->kind == DISPOSITION_DEFAULT || disposition->kind == DISPOSITION_DIRECT) made.sa_handler = SIG_DFL;
    if (disposition->kind == DISPOSITION_IGNORED) made.sa_handler = SIG_IGN;
    made.sa_flags = disposition->flags;
    memcpy(&made.sa_mask, &disposition->mask, sizeof disposition->mask);
    return made;
}

// The kernel's own form of the structure: glibc's functions leave out the two signals that it keeps for itself.
struct kernel_action {
    void (*handler)(int, siginfo_t *, void *);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

static int install_stub(int signal, int flags) {
    struct sigaction ours;
    memset(&ours, 0, sizeof ours);
    ours.sa_sigaction = softsgx_signal_stub;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | flags;
    sigfillset(&ours.sa_mask);
    if (sigaction(signal, &ours, NULL) != 0) return errno;
    // Really all of them: a signal of glibc's own in the midst of our handler would find a state that is half inside.
    struct kernel_action installed;
    kernel_call(SYS_rt_sigaction, signal, 0, (long)&installed, KERNEL_SIGNAL_BYTES, 0);
    installed.mask = ~(uint64_t)0;
    kernel_call(SYS_rt_sigaction, signal, (long)&installed, 0, KERNEL_SIGNAL_BYTES, 0);
    return 0;
}

static int tell_kernel(int signal, const struct disposition *disposition) {
    int has_handler = disposition->kind == DISPOSITION_DIRECT || disposition->kind == DISPOSITION_PROGRAM;
    if (has_handler) return install_stub(signal, disposition->flags & kernel_flags);
    if (softsgx_is_exceptional(signal)) return install_stub(signal, SA_RESTART);
    struct sigaction theirs = action_of(disposition);
    return sigaction(signal, &theirs, NULL) == 0 ? 0 : errno;
}

void softsgx_reset_disposition(int signal, int for_kernel) {
    struct disposition standard = {DISPOSITION_DEFAULT, 0, 0, NULL};
    replace(signal, standard);
    if (!for_kernel && softsgx_is_exceptional(signal)) return;
    struct sigaction theirs = action_of(&standard);
    sigaction(signal, &theirs, NULL);
}

// Handlers that are there already become the program's.
static int take_over(void) {
    softsgx_learn_process();
    for (int signal = 1; signal < SIGNALS; signal++) {
        struct sigaction found;
        // Refused for the two that glibc keeps for itself.
        if (signal == SIGKILL || signal == SIGSTOP || sigaction(signal, NULL, &found) != 0) continue;
        // What softsgx_handle_signal took over before.
        if (found.sa_sigaction == softsgx_signal_stub) continue;
        struct disposition disposition = disposition_of(&found);
        if (disposition.kind != DISPOSITION_PROGRAM && !softsgx_is_exceptional(signal)) continue;
        replace(signal, disposition);
        int error = tell_kernel(signal, &disposition);
        if (error != 0) return error;
    }
    return 0;
}

// Whoever comes while another thread is at it waits: it would enter an enclave whose exceptions still go to the program's handlers. No
// signal finds the installing thread, so no handler of it waits for itself.
int softsgx_install_signals(void) {
    for (;;) {
        int found = NOT_INSTALLED;
        if (__atomic_load_n(&installation, __ATOMIC_ACQUIRE) == INSTALLED) return 0;
        uint64_t mask;
        kernel_block_signals(&mask);
        int ours = __atomic_compare_exchange_n(&installation, &found, INSTALLING, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
        int error = ours ? take_over() : 0;
        if (ours) __atomic_store_n(&installation, error == 0 ? INSTALLED : NOT_INSTALLED, __ATOMIC_RELEASE);
        kernel_restore_signals(&mask);
        if (ours) return error;
        kernel_call(SYS_sched_yield, 0, 0, 0, 0, 0);
    }
}

void softsgx_take_over_glibc(void) {
    for (int signal = 32; signal <= 33; signal++) {
        struct kernel_action found;
        if (kernel_call(SYS_rt_sigaction, signal, 0, (long)&found, KERNEL_SIGNAL_BYTES, 0) != 0) continue;
        uintptr_t handler = (uintptr_t)found.handler;
        if (handler == (uintptr_t)SIG_DFL || handler == (uintptr_t)SIG_IGN || found.handler == softsgx_signal_stub) continue;
        replace(signal, (struct disposition){DISPOSITION_PROGRAM, (int)found.flags, found.mask, found.handler});
        struct kernel_action ours = {softsgx_signal_stub, found.flags | SA_SIGINFO | SA_ONSTACK, found.restorer, ~(uint64_t)0};
        kernel_call(SYS_rt_sigaction, signal, (long)&ours, 0, KERNEL_SIGNAL_BYTES, 0);
    }
}

int softsgx_handle_signal(int signal, void (*handler)(int, void *, void *), int restart) {
    if (signal <= 0 || signal >= SIGNALS) return EINVAL;
    struct disposition direct = {
        DISPOSITION_DIRECT, restart ? SA_RESTART : 0, 0, (void (*)(int, siginfo_t *, void *))handler};
    if (softsgx_is_exceptional(signal)) direct.flags = SA_RESTART;
    replace(signal, direct);
    return tell_kernel(signal, &direct);
}

int softsgx_program_sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
    struct sigaction known;
    // The kernel judges the number; glibc keeps two for itself.
    if (signal <= 0 || signal >= SIGNALS || sigaction(signal, NULL, &known) != 0) return EINVAL;
    struct disposition before = softsgx_disposition(signal);
    int ours = known.sa_sigaction == softsgx_signal_stub;
    if (action == NULL) {
        if (old != NULL) *old = ours ? action_of(&before) : known;
        return 0;
    }
    if (signal == SIGKILL || signal == SIGSTOP) return EINVAL;
    // Read whole before anything is written: both may be the same.
    struct disposition wanted = disposition_of(action);
    before = replace(signal, wanted);
    int error = tell_kernel(signal, &wanted);
    if (old != NULL) *old = ours ? action_of(&before) : known;
    return error;
}
