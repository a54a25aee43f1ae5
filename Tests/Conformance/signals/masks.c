// What is blocked while a handler runs, and what comes back afterwards.
#include "../check.h"
#include <signal.h>
#include <setjmp.h>
#include <ucontext.h>

static volatile sig_atomic_t depth, deepest, runs, blockedUSR1, blockedUSR2, blockedTERM;
static sigjmp_buf place;

static void nesting(int signal) {
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    blockedUSR1 = sigismember(&now, SIGUSR1), blockedUSR2 = sigismember(&now, SIGUSR2), blockedTERM = sigismember(&now, SIGTERM);
    depth++, runs++;
    if (depth > deepest) deepest = depth;
    if (runs < 3) raise(signal);
    depth--;
}
static void leaving(int signal) { siglongjmp(place, signal); }
static void changing(int signal, siginfo_t *information, void *context) {
    ucontext_t *c = context;
    sigaddset(&c->uc_sigmask, SIGTERM);
    (void)signal, (void)information;
}

int main(void) {
    struct sigaction action = {.sa_handler = nesting};
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(runs == 3 && deepest == 1);
    CHECK(blockedUSR1 && !blockedUSR2 && blockedTERM);

    runs = deepest = 0;
    action.sa_flags = SA_NODEFER;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(runs == 3 && deepest == 3);
    CHECK(!blockedUSR1 && blockedTERM);

    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(!sigismember(&now, SIGUSR1) && !sigismember(&now, SIGTERM));

    action = (struct sigaction){.sa_handler = leaving};
    sigaction(SIGUSR2, &action, NULL);
    for (volatile int i = 0; i < 3; i++) {
        int from = sigsetjmp(place, 1);
        if (from == 0) raise(SIGUSR2);
        CHECK(from == SIGUSR2);
        sigprocmask(SIG_BLOCK, NULL, &now);
        CHECK(!sigismember(&now, SIGUSR2));
    }

    // The mask in the context is what the thread goes on with.
    action = (struct sigaction){.sa_sigaction = changing, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    sigprocmask(SIG_BLOCK, NULL, &now);
    CHECK(sigismember(&now, SIGTERM));
    return done();
}
