// eventfd: the counter, the semaphore, its limits, what a poll says of it.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>

static int counter;
static void *writes(void *unused) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    uint64_t value = 5;
    write(counter, &value, 8);
    return NULL;
}
static short look(int descriptor) {
    struct pollfd f = {descriptor, POLLIN | POLLOUT, 0};
    poll(&f, 1, 0);
    return f.revents;
}

int main(void) {
    uint64_t value;
    CHECK_ERRNO(eventfd(0, 4), EINVAL);
    counter = eventfd(3, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(fcntl(counter, F_GETFD) == FD_CLOEXEC && fcntl(counter, F_GETFL) == (O_RDWR | O_NONBLOCK));
    CHECK(look(counter) == (POLLIN | POLLOUT));
    CHECK_ERRNO(read(counter, &value, 7), EINVAL);
    CHECK(read(counter, &value, 100) == 8 && value == 3);
    CHECK_ERRNO(read(counter, &value, 8), EAGAIN);
    CHECK(look(counter) == POLLOUT);
    value = UINT64_MAX;
    CHECK_ERRNO(write(counter, &value, 8), EINVAL);
    CHECK_ERRNO(write(counter, &value, 4), EINVAL);
    value = UINT64_MAX - 1;
    CHECK(write(counter, &value, 8) == 8);
    CHECK(look(counter) == POLLIN);
    value = 0;
    CHECK(write(counter, &value, 8) == 8);
    value = 1;
    CHECK_ERRNO(write(counter, &value, 8), EAGAIN);
    CHECK(read(counter, &value, 8) == 8 && value == UINT64_MAX - 1);
    CHECK(lseek(counter, 5, SEEK_SET) == 0);
    CHECK_ERRNO(pread(counter, &value, 8, 0), ESPIPE);
    int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    CHECK(read(semaphore, &value, 8) == 8 && value == 1);
    CHECK(read(semaphore, &value, 8) == 8 && value == 1);
    CHECK_ERRNO(read(semaphore, &value, 8), EAGAIN);
    close(counter);
    counter = eventfd(0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, writes, NULL);
    CHECK(read(counter, &value, 8) == 8 && value == 5);
    pthread_join(thread, NULL);
    value = UINT64_MAX - 1;
    write(counter, &value, 8);
    CHECK_ERRNO(write(counter, (void *)8, 8), EFAULT);
    return done();
}
