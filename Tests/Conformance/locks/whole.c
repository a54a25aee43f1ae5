// flock: locks of open files, among threads of one process.
#include "../check.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>

static int first, second;
static atomic_int got;

static void *waiter(void *unused) {
    CHECK(flock(second, LOCK_EX) == 0);
    atomic_store(&got, 1);
    return NULL;
}

int main(void) {
    first = open("f", O_CREAT | O_RDWR, 0644);
    second = open("f", O_RDONLY);
    int copy = dup(first);
    CHECK(flock(first, LOCK_SH) == 0 && flock(second, LOCK_SH) == 0);
    CHECK_ERRNO(flock(first, LOCK_EX | LOCK_NB), EAGAIN);
    CHECK(flock(second, LOCK_UN) == 0 && flock(first, LOCK_EX | LOCK_NB) == 0);
    CHECK_ERRNO(flock(second, LOCK_SH | LOCK_NB), EAGAIN);
    CHECK(flock(copy, LOCK_EX | LOCK_NB) == 0);
    CHECK(flock(copy, LOCK_UN) == 0 && flock(second, LOCK_EX | LOCK_NB) == 0 && flock(second, LOCK_UN) == 0);
    CHECK(flock(first, LOCK_EX) == 0);
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    usleep(20000);
    CHECK(atomic_load(&got) == 0);
    close(first);
    usleep(20000);
    CHECK(atomic_load(&got) == 0);
    close(copy);
    pthread_join(thread, NULL);
    CHECK(atomic_load(&got) == 1);
    CHECK_ERRNO(flock(99, LOCK_EX), EBADF);
    CHECK_ERRNO(flock(second, 0), EINVAL);
    CHECK_ERRNO(flock(second, 64), EINVAL);
    int only = open("f", O_PATH);
    CHECK_ERRNO(flock(only, LOCK_SH), EBADF);
    int d = open(".", O_RDONLY);
    CHECK(flock(d, LOCK_EX) == 0);
    // Record locks and flock do not see each other.
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int w = open("f", O_RDWR);
    CHECK(fcntl(w, F_SETLK, &l) == 0);
    return done();
}
