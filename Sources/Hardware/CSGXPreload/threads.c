// The two signals that the C library keeps for itself: it cancels threads with one and has all of them change user with the other.
// Their handlers need the host's FS like any other, so they are taken over too, as soon as the C library has installed them.
#include <errno.h>
#include <pthread.h>

#include <CSoftSGX.h>

#include "preload.h"

enum { SIGNAL_CANCEL = 32, SIGNAL_CHANGE_USER = 33 };

static void take_over(int signal, uint32_t *done) {
    struct sigaction found;
    if (__atomic_load_n(done, __ATOMIC_ACQUIRE) != 0 || preload_kernel_sigaction(signal, NULL, &found) != 0) return;
    if (found.sa_handler == SIG_DFL || found.sa_handler == SIG_IGN) return;
    if (__atomic_exchange_n(done, 1, __ATOMIC_ACQ_REL) == 0) softsgx_program_sigaction(signal, &found, NULL);
}

// The first thread that is made brings the one.
PRELOAD_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
    static uint32_t done;
    int result = NEXT(pthread_create)(thread, attributes, body, argument);
    if (preload_is_active()) take_over(SIGNAL_CHANGE_USER, &done);
    return result;
}

static void *wait_for_end(void *unused) {
    for (;;) pause();
    return unused;
}

// The first cancellation brings the other. It must not be that of a thread inside an enclave: there the handler would run with the
// enclave's FS. So a thread that does nothing is cancelled first.
static void bring_handler(void) {
    pthread_t thread;
    if (NEXT(pthread_create)(&thread, NULL, wait_for_end, NULL) != 0) return;
    NEXT(pthread_cancel)(thread);
    pthread_join(thread, NULL);
}

PRELOAD_EXPORT int pthread_cancel(pthread_t thread) {
    static uint32_t brought, done;
    if (preload_is_active()) {
        int saved = errno;
        if (__atomic_exchange_n(&brought, 1, __ATOMIC_ACQ_REL) == 0) bring_handler();
        take_over(SIGNAL_CANCEL, &done);
        errno = saved;
    }
    return NEXT(pthread_cancel)(thread);
}
