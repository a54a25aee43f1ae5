// Named pipes: when open waits, O_NONBLOCK, O_RDWR, hang-ups that nobody saw, files that go.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

static void *opens(void *flags) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return (void *)(long)open("fifo", (int)(long)flags);
}
static short look(int descriptor) {
    struct pollfd f = {descriptor, POLLIN | POLLOUT, 0};
    poll(&f, 1, 0);
    return f.revents;
}

int main(void) {
    struct stat status;
    char buffer[16];
    umask(0);
    CHECK(mkfifo("fifo", 0640) == 0);
    CHECK_ERRNO(mkfifo("fifo", 0640), EEXIST);
    CHECK_ERRNO(mkfifo("missing/fifo", 0640), ENOENT);
    CHECK(stat("fifo", &status) == 0 && S_ISFIFO(status.st_mode) && (status.st_mode & 0777) == 0640);
    CHECK_ERRNO(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
    int r = open("fifo", O_RDONLY | O_NONBLOCK);
    CHECK(r >= 0);
    CHECK(look(r) == 0);
    CHECK(read(r, buffer, 16) == 0);
    int w = open("fifo", O_WRONLY | O_NONBLOCK);
    CHECK(w >= 0 && look(w) == POLLOUT);
    CHECK_ERRNO(read(r, buffer, 16), EAGAIN);
    CHECK(write(w, "abc", 3) == 3 && look(r) == POLLIN);
    close(w);
    CHECK(look(r) == (POLLIN | POLLHUP));
    CHECK(read(r, buffer, 16) == 3 && look(r) == POLLHUP);
    close(r);

    pthread_t thread;
    void *other;
    pthread_create(&thread, NULL, opens, (void *)(long)O_WRONLY);
    r = open("fifo", O_RDONLY);
    pthread_join(thread, &other);
    CHECK(r >= 0 && (long)other >= 0);
    close(r);
    CHECK(look((long)other) == (POLLOUT | POLLERR));
    close((long)other);
    pthread_create(&thread, NULL, opens, (void *)(long)O_RDONLY);
    w = open("fifo", O_WRONLY);
    pthread_join(thread, &other);
    CHECK(w >= 0 && (long)other >= 0);
    close(w);
    close((long)other);

    int both = open("fifo", O_RDWR);
    CHECK(both >= 0 && write(both, "xy", 2) == 2 && read(both, buffer, 16) == 2);
    write(both, "kept", 4);
    r = open("fifo", O_RDONLY | O_NONBLOCK);
    close(both);
    CHECK(read(r, buffer, 16) == 4);
    both = open("fifo", O_RDWR);
    write(both, "lost", 4);
    close(both);
    close(r);
    r = open("fifo", O_RDONLY | O_NONBLOCK);
    CHECK(read(r, buffer, 16) == 0);
    CHECK(unlink("fifo") == 0);
    CHECK(fstat(r, &status) == 0 && S_ISFIFO(status.st_mode) && status.st_nlink == 0);
    CHECK_ERRNO(ftruncate(r, 0), EINVAL);
    CHECK(mknod("node", S_IFIFO | 0600, 0) == 0 && stat("node", &status) == 0 && S_ISFIFO(status.st_mode));
    CHECK_ERRNO(open("node", O_RDONLY | O_DIRECTORY), ENOTDIR);
    return done();
}
