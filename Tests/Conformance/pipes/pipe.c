// Pipes: capacity, atomic writes, both ends' closing, packets, F_SETPIPE_SZ.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

static volatile sig_atomic_t signals;
static void count(int signal) { signals++; }
static int p[2];
static char big[1 << 17];

static void *reads(void *unused) {
    long total = 0, n;
    while (total < 100000 && (n = read(p[0], big + 65536, 5000)) > 0) total += n;
    return (void *)total;
}

int main(void) {
    struct sigaction action = {.sa_handler = count};
    sigaction(SIGPIPE, &action, NULL);
    char buffer[100];
    int waiting;
    CHECK_ERRNO(pipe2(p, O_APPEND), EINVAL);
    CHECK_ERRNO(pipe((int *)8), EFAULT);
    CHECK(pipe2(p, O_NONBLOCK | O_CLOEXEC) == 0);
    CHECK(fcntl(p[0], F_GETFL) == (O_RDONLY | O_NONBLOCK) && fcntl(p[1], F_GETFL) == (O_WRONLY | O_NONBLOCK));
    struct stat status;
    CHECK(fstat(p[0], &status) == 0 && S_ISFIFO(status.st_mode) && (status.st_mode & 0777) == 0600);
    CHECK_ERRNO(read(p[1], buffer, 1), EBADF);
    CHECK_ERRNO(write(p[0], buffer, 1), EBADF);
    CHECK_ERRNO(lseek(p[0], 0, SEEK_CUR), ESPIPE);
    CHECK_ERRNO(read(p[0], buffer, 1), EAGAIN);
    CHECK(write(p[1], "", 0) == 0);
    CHECK(fcntl(p[0], F_GETPIPE_SZ) == 65536);
    CHECK(write(p[1], big, sizeof big) == 65536);
    CHECK_ERRNO(write(p[1], big, 1), EAGAIN);
    CHECK(ioctl(p[0], FIONREAD, &waiting) == 0 && waiting == 65536);
    CHECK(read(p[0], big, 4000) == 4000);
    CHECK_ERRNO(write(p[1], big, 4096), EAGAIN);
    CHECK(read(p[0], big, 96) == 96);
    CHECK(write(p[1], big, 5000) == 4096);
    CHECK_ERRNO(fcntl(p[0], F_SETPIPE_SZ, 4096), EBUSY);
    CHECK(fcntl(p[0], F_SETPIPE_SZ, 100000) == 131072);
    CHECK(write(p[1], big, sizeof big) == 65536);
    CHECK_ERRNO(fcntl(p[0], F_SETPIPE_SZ, 0), EBUSY);
    CHECK_ERRNO(fcntl(p[0], F_SETPIPE_SZ, 0x90000000), EINVAL);
    while (read(p[0], big, sizeof big) > 0) {}
    CHECK(fcntl(p[1], F_SETPIPE_SZ, 1) == 4096);
    CHECK(fcntl(p[1], F_SETPIPE_SZ, 65536) == 65536);
    CHECK_ERRNO(fcntl(open("/dev/null", O_RDWR), F_GETPIPE_SZ), EBADF);

    struct iovec parts[] = {{"ab", 2}, {"cd", 2}}, into[] = {{buffer, 3}, {buffer + 50, 10}};
    CHECK(writev(p[1], parts, 2) == 4);
    CHECK(readv(p[0], into, 2) == 4 && buffer[2] == 'c' && buffer[50] == 'd');
    CHECK_ERRNO(write(p[1], (void *)8, 10), EFAULT);

    fcntl(p[1], F_SETFL, 0);
    fcntl(p[0], F_SETFL, 0);
    pthread_t thread;
    void *got;
    pthread_create(&thread, NULL, reads, NULL);
    CHECK(write(p[1], big, 100000) == 100000);
    pthread_join(thread, &got);
    CHECK((long)got == 100000);

    write(p[1], "end", 3);
    close(p[1]);
    CHECK(read(p[0], buffer, 10) == 3);
    CHECK(read(p[0], buffer, 10) == 0);
    close(p[0]);
    pipe(p);
    close(p[0]);
    CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
    CHECK(signals == 1);
    CHECK(write(p[1], "", 0) == 0);
    close(p[1]);

    CHECK(pipe2(p, O_DIRECT | O_NONBLOCK) == 0);
    CHECK(write(p[1], "first", 5) == 5 && write(p[1], "second", 6) == 6);
    CHECK(read(p[0], buffer, 100) == 5);
    CHECK(read(p[0], buffer, 3) == 3);
    CHECK_ERRNO(read(p[0], buffer, 100), EAGAIN);
    CHECK(write(p[1], big, 5000) == 5000);
    CHECK(read(p[0], big, 8000) == 4096);
    CHECK(read(p[0], big, 8000) == 904);
    int packets = 0;
    while (write(p[1], "x", 1) == 1) packets++;
    CHECK(packets == 16);
    return done();
}
