// The first thread ends before the others: the process lives on, and its status is that of exit_group.
#include "../check.h"
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

static pthread_t first;

static void *go_on(void *unused) {
    CHECK(pthread_join(first, NULL) == 0);
    CHECK(syscall(SYS_gettid) != getpid());
    struct timespec time = {0, 20000000};
    nanosleep(&time, NULL);
    CHECK(access("/proc/self/status", R_OK) == 0);
    exit(done() + 7);
    return unused;
}

int main(void) {
    first = pthread_self();
    pthread_t thread;
    pthread_create(&thread, NULL, go_on, NULL);
    syscall(SYS_exit, 5);
}
