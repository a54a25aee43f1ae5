// What is to be done when a signal comes.
#pragma once

#include "softsgx.h"

enum { SIGNALS = 65 };

// DEFAULT and IGNORED as in sigaction. DIRECT: a handler of softsgx_handle_signal, called at once on the alternate stack with every
// signal blocked. PROGRAM: a handler of a program that knows nothing of us, called as the kernel would.
enum disposition_kind { DISPOSITION_DEFAULT, DISPOSITION_IGNORED, DISPOSITION_DIRECT, DISPOSITION_PROGRAM };

struct disposition {
    enum disposition_kind kind;
    int flags;
    uint64_t mask;
    void (*handler)(int, siginfo_t *, void *);
};

// Whether the processor raises this signal for exceptions; our stub always stays for those.
int softsgx_is_exceptional(int signal);
struct disposition softsgx_disposition(int signal);
// SA_RESETHAND, and before a default action is taken: for us and for the kernel.
void softsgx_reset_disposition(int signal, int for_kernel);

// Hands the signal on. `thread` may be NULL; it is not inside.
void softsgx_deliver(
    struct softsgx_thread *thread, int signal, siginfo_t *info, ucontext_t *context, struct softsgx_bases *bases);
