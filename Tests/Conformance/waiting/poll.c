// poll and ppoll: bits asked for and bits that come anyway, negative and closed descriptors, hang-ups, deadlines.
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

static int p[2];
static void *writes(void *unused) {
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    write(p[1], "x", 1);
    return NULL;
}
static void handle(int signal) {}

int main(void) {
    struct pollfd f[4];
    char byte;
    CHECK(poll(NULL, 0, 0) == 0);
    CHECK_ERRNO(poll((void *)8, 1, 0), EFAULT);
    pipe(p);
    f[0] = (struct pollfd){p[0], POLLIN, -1};
    f[1] = (struct pollfd){p[1], POLLOUT | POLLIN, -1};
    f[2] = (struct pollfd){-5, POLLIN, -1};
    f[3] = (struct pollfd){999, POLLIN, -1};
    CHECK(poll(f, 4, -1) == 2);
    CHECK(f[0].revents == 0 && f[1].revents == POLLOUT && f[2].revents == 0 && f[3].revents == POLLNVAL);
    pthread_t writer;
    pthread_create(&writer, NULL, writes, NULL);
    CHECK(poll(f, 1, -1) == 1 && f[0].revents == POLLIN);
    pthread_join(writer, NULL);
    f[0].events = POLLIN | POLLRDNORM | POLLPRI;
    CHECK(poll(f, 1, 0) == 1 && f[0].revents == (POLLIN | POLLRDNORM));
    f[0].events = 0;
    CHECK(poll(f, 1, 10) == 0);
    read(p[0], &byte, 1);
    close(p[1]);
    CHECK(poll(f, 1, -1) == 1 && f[0].revents == POLLHUP);
    close(p[0]);
    pipe(p);
    close(p[0]);
    f[0] = (struct pollfd){p[1], POLLOUT, 0};
    CHECK(poll(f, 1, -1) == 1 && f[0].revents == (POLLOUT | POLLERR));

    int file = open("file", O_RDWR | O_CREAT, 0600);
    f[0] = (struct pollfd){file, POLLIN | POLLOUT | POLLRDNORM | POLLPRI, 0};
    CHECK(poll(f, 1, -1) == 1 && f[0].revents == (POLLIN | POLLOUT | POLLRDNORM));
    int null = open("/dev/null", O_RDWR);
    f[0] = (struct pollfd){null, POLLIN | POLLOUT, 0};
    CHECK(poll(f, 1, -1) == 1 && f[0].revents == (POLLIN | POLLOUT));

    int s[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, s);
    f[0] = (struct pollfd){s[0], POLLIN | POLLRDHUP, 0};
    CHECK(poll(f, 1, 0) == 0);
    shutdown(s[1], SHUT_WR);
    CHECK(poll(f, 1, 0) == 1 && f[0].revents == (POLLIN | POLLRDHUP));
    close(s[1]);
    CHECK(poll(f, 1, 0) == 1 && f[0].revents == (POLLIN | POLLRDHUP | POLLHUP));
    int lone = socket(AF_UNIX, SOCK_STREAM, 0);
    f[0] = (struct pollfd){lone, POLLIN | POLLOUT, 0};
    CHECK(poll(f, 1, 0) == 1 && f[0].revents == (POLLOUT | POLLHUP));
    int datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
    f[0] = (struct pollfd){datagram, POLLIN | POLLOUT, 0};
    CHECK(poll(f, 1, 0) == 1 && f[0].revents == POLLOUT);

    struct timespec zero = {0}, wrong = {.tv_nsec = -1};
    CHECK(ppoll(f, 1, &zero, NULL) == 1);
    CHECK_ERRNO(ppoll(f, 1, &wrong, NULL), EINVAL);
    struct sigaction action = {.sa_handler = handle};
    sigaction(SIGALRM, &action, NULL);
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGALRM);
    CHECK_ERRNO(ppoll(NULL, 0, NULL, &none), EINTR);
    sigprocmask(SIG_SETMASK, &none, NULL);
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    ualarm(20000, 0);
    CHECK_ERRNO(poll(NULL, 0, 3000), EINTR);
    struct rlimit limit = {.rlim_cur = 2, .rlim_max = 1024};
    setrlimit(RLIMIT_NOFILE, &limit);
    CHECK_ERRNO(poll(f, 4, 0), EINVAL);
    return done();
}
