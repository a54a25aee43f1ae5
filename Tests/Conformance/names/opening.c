// open: its flags, its refusals, the lowest descriptor.
#include "../check.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

int main(void) {
    struct stat s;
    CHECK_ERRNO(open("f", O_RDONLY), ENOENT);
    umask(027);
    int f = open("f", O_CREAT | O_EXCL | O_RDWR, 0666);
    CHECK(f == 3 && fstat(f, &s) == 0 && (s.st_mode & 07777) == 0640);
    CHECK_ERRNO(open("f", O_CREAT | O_EXCL | O_RDWR, 0666), EEXIST);
    CHECK(write(f, "0123456789", 10) == 10);
    int t = open("f", O_WRONLY | O_TRUNC);
    CHECK(t == 4 && fstat(f, &s) == 0 && s.st_size == 0);
    CHECK_ERRNO(read(t, &s, 1), EBADF);
    int r = open("f", O_RDONLY);
    CHECK(r == 5);
    CHECK_ERRNO(write(r, "x", 1), EBADF);
    CHECK_ERRNO(ftruncate(r, 0), EINVAL);
    CHECK((fcntl(r, F_GETFL) & O_ACCMODE) == O_RDONLY && (fcntl(t, F_GETFL) & O_ACCMODE) == O_WRONLY);
    CHECK(close(t) == 0 && open("f", O_RDONLY | O_CLOEXEC) == t && fcntl(t, F_GETFD) == FD_CLOEXEC);
    CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
    CHECK_ERRNO(open(".", O_RDWR), EISDIR);
    CHECK_ERRNO(open(".", O_RDONLY | O_CREAT, 0600), EISDIR);
    CHECK_ERRNO(open(".", O_RDONLY | O_TRUNC), EISDIR);
    CHECK_ERRNO(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    CHECK_ERRNO(open("f/", O_RDONLY), ENOTDIR);
    CHECK_ERRNO(open("new/", O_CREAT | O_WRONLY, 0600), EISDIR);
    CHECK_ERRNO(open("none/new", O_CREAT | O_WRONLY, 0600), ENOENT);
    CHECK_ERRNO(open("", O_RDONLY), ENOENT);
    CHECK_ERRNO(open("x", O_CREAT | O_DIRECTORY | O_RDWR, 0600), EINVAL);
    int d = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(d >= 0 && openat(d, "f", O_RDONLY) >= 0);
    CHECK_ERRNO(openat(f, "f", O_RDONLY), ENOTDIR);
    // The mode of a new file does not bind who makes it.
    int w = open("unreadable", O_CREAT | O_RDWR, 0);
    CHECK(w >= 0 && write(w, "x", 1) == 1 && fstat(w, &s) == 0 && (s.st_mode & 07777) == 0);
    CHECK(open("bits", O_CREAT | O_WRONLY, 07777) >= 0 && stat("bits", &s) == 0 && (s.st_mode & 07777) == 07750);
    // RLIMIT_NOFILE.
    struct rlimit limit = {40, 40}, old;
    CHECK(getrlimit(RLIMIT_NOFILE, &old) == 0 && setrlimit(RLIMIT_NOFILE, &limit) == 0);
    int last = -1, n;
    while ((n = open("f", O_RDONLY)) >= 0) last = n;
    CHECK(errno == EMFILE && last == 39);
    CHECK_ERRNO(dup(f), EMFILE);
    CHECK_ERRNO(fcntl(f, F_DUPFD, 40), EINVAL);
    CHECK_ERRNO(dup2(f, 40), EBADF);
    CHECK(close(20) == 0 && open("f", O_RDONLY) == 20);
    return done();
}
