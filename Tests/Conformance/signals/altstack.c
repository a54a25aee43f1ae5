// sigaltstack: who runs on it, what it shows, and what it refuses.
#include "../check.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

#define SIZE 65536
static char stack[SIZE] __attribute__((aligned(64)));
static char other[SIZE] __attribute__((aligned(64)));
static volatile int ran, inside, flags, error, nestedInside, contextSame, disarmed;

static int within(char *s, void *p) { return (char *)p >= s && (char *)p < s + SIZE; }

static void nested(int signal) {
    char here;
    nestedInside = within(stack, &here) || within(other, &here);
    (void)signal;
}
static void handler(int signal, siginfo_t *information, void *context) {
    char here;
    stack_t now, new = {.ss_sp = other, .ss_size = SIZE};
    ucontext_t *c = context;
    ran++, inside = within(stack, &here);
    sigaltstack(NULL, &now);
    flags = now.ss_flags;
    errno = 0;
    error = sigaltstack(&new, NULL) < 0 ? errno : 0;
    contextSame = c->uc_stack.ss_sp == stack && c->uc_stack.ss_size == SIZE;
    raise(SIGUSR2);
    (void)signal, (void)information;
}
static void disarming(int signal, siginfo_t *information, void *context) {
    char here;
    stack_t now;
    inside = within(stack, &here);
    sigaltstack(NULL, &now);
    disarmed = now.ss_flags == SS_DISABLE;
    stack_t new = {.ss_sp = other, .ss_size = SIZE};
    error = sigaltstack(&new, NULL);
    (void)signal, (void)information, (void)context;
}
static void *in_thread(void *unused) {
    stack_t now;
    CHECK(sigaltstack(NULL, &now) == 0 && now.ss_flags == SS_DISABLE);
    return unused;
}

int main(void) {
    stack_t new = {.ss_sp = stack, .ss_size = SIZE}, old;
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE && old.ss_size == 0);
    CHECK(sigaltstack(&new, &old) == 0 && old.ss_flags == SS_DISABLE);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == 0 && old.ss_sp == stack && old.ss_size == SIZE);

    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    struct sigaction second = {.sa_handler = nested, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR2, &second, NULL);
    raise(SIGUSR1);
    CHECK(ran == 1 && !inside && flags == 0 && nestedInside);
    CHECK(sigaltstack(&new, NULL) == 0);
    action.sa_flags |= SA_ONSTACK;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(ran == 2 && inside && flags == SS_ONSTACK && error == EPERM && nestedInside && contextSame);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == stack && old.ss_flags == 0);

    // Off while the handler runs, and back afterwards.
    new.ss_flags = 1U << 31;
    CHECK(sigaltstack(&new, NULL) == 0);
    action.sa_sigaction = disarming;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    CHECK(inside && disarmed && error == 0);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == stack && (unsigned)old.ss_flags == 1U << 31);

    new.ss_flags = 4;
    CHECK_ERRNO(sigaltstack(&new, NULL), EINVAL);
    new.ss_flags = 0, new.ss_size = 1024;
    CHECK_ERRNO(sigaltstack(&new, NULL), ENOMEM);
    CHECK_ERRNO(sigaltstack((stack_t *)8, NULL), EFAULT);
    new.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&new, NULL) == 0);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE && old.ss_size == 0);
    new = (stack_t){.ss_sp = stack, .ss_size = SIZE, .ss_flags = SS_ONSTACK};
    CHECK(sigaltstack(&new, NULL) == 0);
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, NULL);
    pthread_join(thread, NULL);
    return done();
}
