// Names of sockets: files of the socket kind, abstract names, automatic ones; who may connect to what.
#include "../check.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct sockaddr_un address;
static socklen_t named(const char *name, size_t count) {
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, name, count);
    return offsetof(struct sockaddr_un, sun_path) + count;
}
#define NAMED(text) (struct sockaddr *)&address, named(text, sizeof(text) - 1)

int main(void) {
    struct sockaddr_un found;
    socklen_t length = sizeof found;
    struct stat status;
    umask(027);
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(getsockname(s, (void *)&found, &length) == 0 && length == 2 && found.sun_family == AF_UNIX);
    CHECK_ERRNO(getpeername(s, (void *)&found, &length), ENOTCONN);
    CHECK_ERRNO(listen(s, 5), EINVAL);
    CHECK_ERRNO(bind(s, (void *)&address, 1), EINVAL);
    CHECK_ERRNO(bind(s, (void *)&address, 200), EINVAL);
    CHECK_ERRNO(bind(s, NAMED("missing/socket")), ENOENT);
    address.sun_family = AF_INET;
    CHECK_ERRNO(bind(s, (void *)&address, 10), EINVAL);
    CHECK(bind(s, NAMED("socket")) == 0);
    CHECK(stat("socket", &status) == 0 && S_ISSOCK(status.st_mode) && (status.st_mode & 07777) == 0750);
    length = sizeof found;
    CHECK(getsockname(s, (void *)&found, &length) == 0 && length == 9 && strcmp(found.sun_path, "socket") == 0);
    CHECK_ERRNO(bind(s, NAMED("socket2")), EINVAL);
    int t = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(bind(t, NAMED("socket")), EADDRINUSE);
    CHECK_ERRNO(connect(t, NAMED("socket")), ECONNREFUSED);
    CHECK_ERRNO(connect(t, NAMED("nothing")), ENOENT);
    CHECK_ERRNO(connect(t, NAMED(".")), ECONNREFUSED);
    CHECK_ERRNO(connect(t, NAMED("\0nobody")), ECONNREFUSED);
    CHECK_ERRNO(connect(t, (void *)&address, 2), EINVAL);
    CHECK(listen(s, 5) == 0);
    int d = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK_ERRNO(connect(d, NAMED("socket")), EPROTOTYPE);
    CHECK_ERRNO(listen(d, 5), EOPNOTSUPP);
    CHECK(connect(t, NAMED("socket")) == 0);
    CHECK_ERRNO(connect(t, NAMED("socket")), EISCONN);
    CHECK_ERRNO(listen(t, 1), EINVAL);
    length = sizeof found;
    CHECK(getpeername(t, (void *)&found, &length) == 0 && length == 9 && strcmp(found.sun_path, "socket") == 0);
    length = sizeof found;
    int a = accept(s, (void *)&found, &length);
    CHECK(a >= 0 && length == 2);
    length = sizeof found;
    CHECK(getsockname(a, (void *)&found, &length) == 0 && length == 9);
    length = 4;
    memset(&found, 0x55, sizeof found);
    CHECK(getsockname(a, (void *)&found, &length) == 0 && length == 9 && found.sun_path[1] == 'o' && found.sun_path[2] == 0x55);
    CHECK_ERRNO(accept(a, NULL, NULL), EINVAL);

    CHECK(unlink("socket") == 0);
    int u = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect(u, NAMED("socket")), ENOENT);
    CHECK(bind(u, NAMED("socket")) == 0);
    CHECK(rename("socket", "renamed") == 0 && listen(u, 1) == 0);
    int v = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(connect(v, NAMED("renamed")) == 0);
    close(u);
    CHECK(stat("renamed", &status) == 0);
    int w = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(connect(w, NAMED("renamed")), ECONNREFUSED);
    char byte;
    CHECK_ERRNO(read(v, &byte, 1), ECONNRESET);

    CHECK(bind(w, NAMED("\0abstract\0name")) == 0);
    length = sizeof found;
    CHECK(getsockname(w, (void *)&found, &length) == 0 && length == 16 && memcmp(found.sun_path, "\0abstract\0name", 14) == 0);
    int x = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_ERRNO(bind(x, NAMED("\0abstract\0name")), EADDRINUSE);
    CHECK(bind(x, NAMED("\0abstract")) == 0);
    close(w);
    int y = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(y, NAMED("\0abstract\0name")) == 0);
    int z = socket(AF_UNIX, SOCK_DGRAM, 0);
    address.sun_family = AF_UNIX;
    CHECK(bind(z, (void *)&address, 2) == 0);
    length = sizeof found;
    CHECK(getsockname(z, (void *)&found, &length) == 0 && length == 8 && found.sun_path[0] == 0);
    CHECK(open("renamed", 0) == -1 && errno == ENXIO);
    unlink("renamed");
    return done();
}
