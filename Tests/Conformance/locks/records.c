// Record locks of a process and of open files: ranges, splitting, refusals.
#include "../check.h"
#include <fcntl.h>
#include <pthread.h>

static int a, b;
static atomic_int got;

static int lock(int f, int command, int type, int whence, off_t start, off_t length) {
    struct flock l = {.l_type = type, .l_whence = whence, .l_start = start, .l_len = length};
    return fcntl(f, command, &l);
}
static int found(int f, int command, int type, off_t start, off_t length, struct flock *l) {
    *l = (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return fcntl(f, command, l);
}
static void *waiter(void *unused) {
    int result = lock(b, F_OFD_SETLKW, F_WRLCK, SEEK_SET, 0, 10);
    atomic_store(&got, result == 0 ? 1 : -1);
    return NULL;
}

int main(void) {
    struct flock l;
    a = open("f", O_CREAT | O_RDWR, 0644);
    b = open("f", O_RDWR);
    CHECK(write(a, "0123456789", 10) == 10);
    // A process does not stand in its own way.
    CHECK(lock(a, F_SETLK, F_WRLCK, SEEK_SET, 0, 0) == 0 && lock(b, F_SETLK, F_WRLCK, SEEK_SET, 0, 0) == 0);
    CHECK(found(a, F_GETLK, F_WRLCK, 0, 0, &l) == 0 && l.l_type == F_UNLCK);
    // A lock of an open file and one of a process do.
    CHECK_ERRNO(lock(b, F_OFD_SETLK, F_RDLCK, SEEK_SET, 3, 1), EAGAIN);
    CHECK(found(b, F_OFD_GETLK, F_RDLCK, 3, 1, &l) == 0 && l.l_type == F_WRLCK && l.l_start == 0 && l.l_len == 0 && l.l_pid == getpid());
    // Closing any descriptor of the file ends the locks of the process.
    int c = open("f", O_RDONLY);
    CHECK(close(c) == 0 && lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 3, 1) == 0);
    CHECK(lock(b, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
    // Ranges are split and joined.
    CHECK(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 100) == 0 && lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 40, 20) == 0);
    CHECK(lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 40, 20) == 0);
    CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 39, 1), EAGAIN);
    CHECK_ERRNO(lock(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 60, 1), EAGAIN);
    CHECK(found(b, F_OFD_GETLK, F_WRLCK, 50, 100, &l) == 0 && l.l_start == 60 && l.l_len == 40 && l.l_pid == -1);
    CHECK(lock(a, F_OFD_SETLK, F_RDLCK, SEEK_SET, 0, 40) == 0 && lock(b, F_OFD_SETLK, F_RDLCK, SEEK_SET, 10, 5) == 0);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 12, 1), EAGAIN);
    CHECK(lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0 && lock(b, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0);
    // Beginnings other than 0, and lengths that go backwards.
    CHECK(lseek(a, 5, SEEK_SET) == 5 && lock(a, F_OFD_SETLK, F_WRLCK, SEEK_CUR, 1, 2) == 0);
    CHECK(found(b, F_OFD_GETLK, F_WRLCK, 0, 0, &l) == 0 && l.l_start == 6 && l.l_len == 2);
    CHECK(lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 0) == 0 && lock(a, F_OFD_SETLK, F_WRLCK, SEEK_END, -2, -3) == 0);
    CHECK(found(b, F_OFD_GETLK, F_WRLCK, 0, 0, &l) == 0 && l.l_start == 5 && l.l_len == 3);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, -1, 0), EINVAL);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 5, -6), EINVAL);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, F_WRLCK, 7, 0, 0), EINVAL);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, 9, SEEK_SET, 0, 0), EINVAL);
    CHECK_ERRNO(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_CUR, 0x7fffffffffffffff, 0), EOVERFLOW);
    CHECK_ERRNO(fcntl(a, F_SETLK, (void *)8), EFAULT);
    CHECK_ERRNO(lock(99, F_SETLK, F_RDLCK, SEEK_SET, 0, 0), EBADF);
    l = (struct flock){.l_type = F_RDLCK, .l_pid = 1};
    CHECK_ERRNO(fcntl(a, F_OFD_SETLK, &l), EINVAL);
    int r = open("f", O_RDONLY), w = open("f", O_WRONLY);
    CHECK_ERRNO(lock(r, F_SETLK, F_WRLCK, SEEK_SET, 0, 0), EBADF);
    CHECK_ERRNO(lock(w, F_SETLK, F_RDLCK, SEEK_SET, 0, 0), EBADF);
    CHECK_ERRNO(found(a, F_GETLK, F_UNLCK, 0, 0, &l), EINVAL);
    // Waiting.
    CHECK(lock(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 0) == 0);
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    usleep(20000);
    CHECK(atomic_load(&got) == 0);
    CHECK(lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 5, 5) == 0);
    usleep(10000);
    CHECK(atomic_load(&got) == 0 && lock(a, F_OFD_SETLK, F_UNLCK, SEEK_SET, 0, 5) == 0);
    pthread_join(thread, NULL);
    CHECK(atomic_load(&got) == 1);
    return done();
}
