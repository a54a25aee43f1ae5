// Writing to a connection that is shut raises SIGPIPE once a call, unless MSG_NOSIGNAL is given.
#include "loopback.h"
#include <signal.h>

static volatile sig_atomic_t pipes;
static void count(int signal) { (void)signal, pipes++; }

int main(void) {
    int ends[2];
    signal(SIGPIPE, count);
    CHECK(connection(AF_INET, ends) == 0);
    CHECK(shutdown(ends[0], SHUT_WR) == 0);
    CHECK_ERRNO(write(ends[0], "x", 1), EPIPE);
    CHECK(pipes == 1);
    CHECK_ERRNO(send(ends[0], "x", 1, MSG_NOSIGNAL), EPIPE);
    CHECK(pipes == 1);
    struct iovec part = {"x", 1};
    CHECK_ERRNO(writev(ends[0], &part, 1), EPIPE);
    CHECK(pipes == 2);
    return done();
}
