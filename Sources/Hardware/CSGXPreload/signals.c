// The signal family: the program's handlers are called by the processor's, the only ones the kernel knows once there is a device.
#include <errno.h>
#include <stddef.h>

#include <CSoftSGX.h>

#include "preload.h"

static const int faults[] = {SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGSYS};
// Of siginterrupt: what `signal` leaves without SA_RESTART from then on.
static sigset_t interrupting;

static int result_of(int error) {
    if (error == 0) return 0;
    errno = error;
    return -1;
}

int preload_take_over_signals(void) {
    static uint32_t taken;
    if (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQ_REL) != 0) return 0;
    __atomic_store_n(&preload_active, 1, __ATOMIC_RELEASE);
    return softsgx_install_signals();
}

// The child of a vfork changes its own dispositions; the table of handlers is its parent's.
static int change_for_child(int signal, const struct sigaction *act, struct sigaction *old) {
    int error = old != NULL ? softsgx_program_sigaction(signal, NULL, old) : 0;
    if (error != 0) return result_of(error);
    return act == NULL ? 0 : NEXT(sigaction)(signal, act, NULL);
}

static int change(int signal, const struct sigaction *act, struct sigaction *old) {
    if (act != NULL && !preload_is_own_process()) return change_for_child(signal, act, old);
    return result_of(softsgx_program_sigaction(signal, act, old));
}

PRELOAD_EXPORT int sigaction(int signal, const struct sigaction *act, struct sigaction *old) {
    return preload_is_active() ? change(signal, act, old) : NEXT(sigaction)(signal, act, old);
}

static __sighandler_t handle(int signal, __sighandler_t handler, int flags, const sigset_t *mask) {
    struct sigaction act = {.sa_handler = handler, .sa_flags = flags}, old;
    act.sa_mask = *mask;
    return change(signal, &act, &old) == 0 ? old.sa_handler : SIG_ERR;
}

static __sighandler_t handle_as_bsd(int signal, __sighandler_t handler) {
    sigset_t mask;
    sigemptyset(&mask);
    if (handler == SIG_ERR || sigaddset(&mask, signal) != 0) {
        errno = EINVAL;
        return SIG_ERR;
    }
    return handle(signal, handler, sigismember(&interrupting, signal) ? 0 : SA_RESTART, &mask);
}

static __sighandler_t handle_as_system_v(int signal, __sighandler_t handler) {
    sigset_t none;
    sigemptyset(&none);
    return handle(signal, handler, SA_RESETHAND | SA_NODEFER, &none);
}

PRELOAD_EXPORT __sighandler_t signal(int number, __sighandler_t handler) {
    return preload_is_active() ? handle_as_bsd(number, handler) : NEXT(signal)(number, handler);
}

PRELOAD_EXPORT __sighandler_t bsd_signal(int number, __sighandler_t handler) {
    return preload_is_active() ? handle_as_bsd(number, handler) : NEXT(bsd_signal)(number, handler);
}

PRELOAD_EXPORT __sighandler_t sysv_signal(int number, __sighandler_t handler) {
    return preload_is_active() ? handle_as_system_v(number, handler) : NEXT(sysv_signal)(number, handler);
}

PRELOAD_EXPORT __sighandler_t __sysv_signal(int number, __sighandler_t handler) {
    return preload_is_active() ? handle_as_system_v(number, handler) : NEXT(__sysv_signal)(number, handler);
}

PRELOAD_EXPORT int siginterrupt(int signal, int interrupts) {
    int known = (interrupts ? sigaddset : sigdelset)(&interrupting, signal);
    if (!preload_is_active() || known != 0) return NEXT(siginterrupt)(signal, interrupts);
    struct sigaction act;
    if (change(signal, NULL, &act) != 0) return -1;
    act.sa_flags = interrupts ? act.sa_flags & ~SA_RESTART : act.sa_flags | SA_RESTART;
    return change(signal, &act, NULL);
}

PRELOAD_EXPORT int sigaltstack(const stack_t *stack, stack_t *old) {
    if (!preload_is_active()) return NEXT(sigaltstack)(stack, old);
    return result_of(softsgx_program_sigaltstack(stack, old));
}

// A blocked fault ends the process, and ENCLU is one here. On hardware a program may block them all and enter an enclave.
static const sigset_t *without_faults(int how, const sigset_t *set, sigset_t *copy) {
    if (set == NULL || how == SIG_UNBLOCK) return set;
    *copy = *set;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(copy, faults[i]);
    return copy;
}

static uint64_t fault_bits(const sigset_t *set) {
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (sigismember(set, faults[i]) == 1) bits |= (uint64_t)1 << (faults[i] - 1);
    }
    return bits;
}

// What the program takes to be blocked is what it is told, until it says otherwise.
static int change_mask(int (*next)(int, const sigset_t *, sigset_t *), int how, const sigset_t *set, sigset_t *old) {
    sigset_t copy;
    // Before there is a device too: a thread that is made then may enter an enclave later.
    if (!preload_is_active()) return next(how, without_faults(how, set, &copy), old);
    uint64_t believed = old != NULL ? softsgx_believed_mask() : 0;
    int result = next(how, without_faults(how, set, &copy), old);
    if (result != 0) return result;
    for (size_t i = 0; old != NULL && i < sizeof faults / sizeof faults[0]; i++) {
        if ((believed >> (faults[i] - 1) & 1) != 0) sigaddset(old, faults[i]);
    }
    if (set != NULL && how == SIG_UNBLOCK) softsgx_open_signals(fault_bits(set));
    if (set != NULL && how == SIG_SETMASK) softsgx_open_signals(~fault_bits(set));
    return 0;
}

PRELOAD_EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    return change_mask(NEXT(sigprocmask), how, set, old);
}

PRELOAD_EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
    return change_mask(NEXT(pthread_sigmask), how, set, old);
}
