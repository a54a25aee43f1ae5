// Threads by the hundred, detached and joined, with stacks, thread-local data, names, and numbers in /proc.
#include "../check.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

static _Thread_local long local = 3;
static atomic_long sum;
static atomic_int go, detached;
static pthread_key_t key;

static void destroy(void *value) { atomic_fetch_add(&sum, (long)value); }

static void *count(void *argument) {
    local += (long)argument;
    pthread_setspecific(key, (void *)1000);
    atomic_fetch_add(&sum, local);
    return (void *)(local * 2);
}

static void *wait_for_go(void *unused) {
    while (!atomic_load(&go)) {
        struct timespec time = {0, 1000000};
        nanosleep(&time, NULL);
    }
    return unused;
}

static void *end_detached(void *unused) {
    atomic_fetch_add(&detached, 1);
    return unused;
}

static int tasks(void) {
    DIR *directory = opendir("/proc/self/task");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(directory));) found += entry->d_name[0] != '.';
    closedir(directory);
    return found;
}

int main(void) {
    pthread_key_create(&key, destroy);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, 256 << 10) == 0);
    for (long round = 0; round < 5; round++) {
        pthread_t threads[40];
        for (long i = 0; i < 40; i++) CHECK(pthread_create(&threads[i], &attributes, count, (void *)i) == 0);
        for (long i = 0; i < 40; i++) {
            void *result = NULL;
            pthread_join(threads[i], &result);
            if ((long)result != (i + 3) * 2) CHECK(0);
        }
    }
    CHECK(atomic_load(&sum) == 5 * (40 * 39 / 2 + 40 * 3 + 40 * 1000));
    CHECK(local == 3);
    CHECK(tasks() == 1);

    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < 50; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, &attributes, end_detached, NULL) == 0);
    }
    while (atomic_load(&detached) < 50) sched_yield();

    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_go, NULL);
    CHECK(pthread_setname_np(thread, "worker") == 0);
    char name[16] = "";
    CHECK(pthread_getname_np(thread, name, sizeof name) == 0);
    PRINT("%s", name);
    CHECK(pthread_setname_np(thread, "a name of sixteen") == ERANGE);
    CHECK(prctl(PR_SET_NAME, "a very long name of the first thread") == 0);
    CHECK(prctl(PR_GET_NAME, name) == 0);
    PRINT("%s", name);
    while (tasks() > 2) sched_yield();
    CHECK(tasks() == 2);
    atomic_store(&go, 1);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(syscall(SYS_gettid) == getpid());
    CHECK(syscall(SYS_set_tid_address, &go) == getpid());
    return done();
}
