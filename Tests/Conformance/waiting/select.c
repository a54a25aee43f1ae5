// select and pselect: the three sets, hang-ups in them, the time that is left, closed descriptors.
#include "../check.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>

static void handle(int signal) {}

int main(void) {
    int p[2];
    fd_set in, out, other;
    char byte;
    pipe(p);
    int most = p[1] + 1;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&other);
    FD_SET(p[0], &in);
    FD_SET(p[1], &out);
    CHECK(select(most, &in, &out, NULL, NULL) == 1);
    CHECK(!FD_ISSET(p[0], &in) && FD_ISSET(p[1], &out));
    struct timeval left = {.tv_usec = 30000};
    FD_SET(p[0], &in);
    CHECK(select(most, &in, NULL, NULL, &left) == 0);
    CHECK(!FD_ISSET(p[0], &in) && left.tv_sec == 0 && left.tv_usec == 0);
    write(p[1], "x", 1);
    left = (struct timeval){.tv_sec = 100};
    FD_SET(p[0], &in);
    FD_SET(p[1], &in);
    CHECK(select(most, &in, NULL, NULL, &left) == 1 && FD_ISSET(p[0], &in) && !FD_ISSET(p[1], &in));
    CHECK(left.tv_sec == 99);
    FD_SET(p[0], &in);
    FD_SET(p[1], &out);
    CHECK(select(most, &in, &out, NULL, NULL) == 2);
    read(p[0], &byte, 1);
    close(p[1]);
    FD_ZERO(&out);
    FD_SET(p[0], &in);
    CHECK(select(most, &in, NULL, NULL, NULL) == 1 && FD_ISSET(p[0], &in));
    // A hang-up is nothing exceptional: nobody is told who asked only for that.
    FD_SET(p[0], &other);
    left = (struct timeval){.tv_usec = 20000};
    CHECK(select(most, NULL, NULL, &other, &left) == 0);
    close(p[0]);
    FD_SET(p[0], &in);
    CHECK_ERRNO(select(most, &in, NULL, NULL, NULL), EBADF);
    CHECK_ERRNO(select(-1, NULL, NULL, NULL, NULL), EINVAL);
    left = (struct timeval){.tv_sec = -1};
    CHECK_ERRNO(select(0, NULL, NULL, NULL, &left), EINVAL);
    CHECK_ERRNO(select(most, (void *)8, NULL, NULL, NULL), EFAULT);
    left = (struct timeval){.tv_usec = 1000};
    CHECK(select(0, NULL, NULL, NULL, &left) == 0);
    int file = open("file", O_RDWR | O_CREAT, 0600);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&other);
    FD_SET(file, &in);
    FD_SET(file, &out);
    FD_SET(file, &other);
    CHECK(select(file + 1, &in, &out, &other, NULL) == 2 && !FD_ISSET(file, &other));

    struct sigaction action = {.sa_handler = handle};
    sigaction(SIGUSR1, &action, NULL);
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    raise(SIGUSR1);
    struct timespec time = {.tv_nsec = 10000000}, wrong = {.tv_nsec = 1000000000};
    CHECK(pselect(0, NULL, NULL, NULL, &time, &blocked) == 0);
    CHECK_ERRNO(pselect(0, NULL, NULL, NULL, &wrong, NULL), EINVAL);
    CHECK_ERRNO(pselect(0, NULL, NULL, NULL, NULL, &none), EINTR);
    return done();
}
