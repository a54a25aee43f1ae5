// A socket call with a time-out is not made again after a signal, whatever the handler says.
#include "loopback.h"
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t signals;

static void handle(int signal) {
    (void)signal;
    signals++;
}

static void alarm_in(int milliseconds) {
    struct itimerval timer = {.it_value = {0, milliseconds * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void) {
    int ends[2], local[2];
    struct timeval limit = {3, 0};
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, local) == 0);
    char byte;
    int sockets[] = {ends[0], local[0]};
    for (int i = 0; i < 2; i++) {
        CHECK(setsockopt(sockets[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
        alarm_in(30);
        CHECK_ERRNO(read(sockets[i], &byte, 1), EINTR);
        alarm_in(30);
        CHECK_ERRNO(recv(sockets[i], &byte, 1, 0), EINTR);
    }
    CHECK(signals == 4);

    struct sockaddr_storage address;
    socklen_t length;
    int listener = listening(AF_INET, &address, &length);
    CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    alarm_in(30);
    CHECK_ERRNO(accept(listener, NULL, NULL), EINTR);

    static char piece[1 << 20];
    CHECK(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    while (write(ends[0], piece, sizeof piece) > 0) {}
    CHECK(fcntl(ends[0], F_SETFL, 0) == 0);
    alarm_in(30);
    CHECK_ERRNO(send(ends[0], piece, sizeof piece, 0), EINTR);
    return done();
}
