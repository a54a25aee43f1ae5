// Named pipes and sockets have names and attributes as files have.
#include "../check.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

int main(void) {
    struct stat status;
    char buffer[8];
    umask(0);
    CHECK(mkfifo("pipe", 0640) == 0);
    CHECK(lstat("pipe", &status) == 0 && S_ISFIFO(status.st_mode) && (status.st_mode & 0777) == 0640);
    CHECK_ERRNO(mkfifo("pipe", 0640), EEXIST);
    CHECK_ERRNO(open("pipe", O_WRONLY | O_NONBLOCK), ENXIO);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    int writer = open("pipe", O_WRONLY | O_NONBLOCK);
    CHECK(reader >= 0 && writer >= 0);
    CHECK(write(writer, "through", 7) == 7 && read(reader, buffer, sizeof buffer) == 7 && memcmp(buffer, "through", 7) == 0);
    close(reader), close(writer);
    CHECK(rename("pipe", "other") == 0 && chmod("other", 0600) == 0 && unlink("other") == 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    CHECK(lstat("socket", &status) == 0 && S_ISSOCK(status.st_mode));
    CHECK_ERRNO(open("socket", O_RDONLY), ENXIO);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    int server = accept(listener, NULL, NULL);
    CHECK(server >= 0 && write(client, "hello", 5) == 5 && read(server, buffer, sizeof buffer) == 5);
    close(listener), close(client), close(server);
    CHECK(unlink("socket") == 0);
    return done();
}
