// The two signals that the C library keeps for itself: it cancels threads with one and has all of them change user with the other.
// Their handlers need the host's FS like any other, so they are taken over too, as soon as the C library has installed them.
#include <pthread.h>

#include <CSoftSGX.h>

#include "preload.h"

// The first thread that is made brings the one.
PRELOAD_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
    static uint32_t done;
    int result = NEXT(pthread_create)(thread, attributes, body, argument);
    if (preload_is_active() && __atomic_exchange_n(&done, 1, __ATOMIC_ACQ_REL) == 0) softsgx_take_over_glibc();
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
    softsgx_take_over_glibc();
}

PRELOAD_EXPORT int pthread_cancel(pthread_t thread) {
    static uint32_t brought;
    if (preload_is_active() && __atomic_exchange_n(&brought, 1, __ATOMIC_ACQ_REL) == 0) bring_handler();
    return NEXT(pthread_cancel)(thread);
}
