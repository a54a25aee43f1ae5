// inotify: what is told when files are opened, read, written, changed and closed.
#include "events.h"
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>

int main(void) {
    char text[64] = "some words";
    int instance = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    CHECK(instance >= 0);
    CHECK(fcntl(instance, F_GETFD) == FD_CLOEXEC);
    CHECK(mkdir("d", 0755) == 0);
    CHECK(inotify_add_watch(instance, "d", IN_ALL_EVENTS) == 1);
    int fd = open("d/file", O_RDWR | O_CREAT, 0644);
    CHECK(inotify_add_watch(instance, "d/file", IN_ALL_EVENTS) == 2);
    CHECK(show_events(instance, "created") == 2);
    CHECK(write(fd, text, 10) == 10);
    CHECK(pwrite(fd, text, 10, 5) == 10);
    show_events(instance, "written twice");
    CHECK(pread(fd, text, 4, 0) == 4);
    struct iovec parts[2] = {{text, 2}, {text + 2, 2}};
    CHECK(preadv(fd, parts, 2, 0) == 4);
    show_events(instance, "read twice");
    CHECK(pread(fd, text, 4, 1000) == 0);
    CHECK(show_events(instance, "read behind the end") == 0);
    CHECK(ftruncate(fd, 4) == 0);
    show_events(instance, "cut");
    CHECK(truncate("d/file", 4) == 0);
    show_events(instance, "cut by name");
    CHECK(posix_fallocate(fd, 0, 8192) == 0);
    show_events(instance, "allocated");
    CHECK(fchmod(fd, 0600) == 0);
    CHECK(chmod("d/file", 0640) == 0);
    show_events(instance, "mode");
    CHECK(chown("d/file", 1, 1) == 0);
    show_events(instance, "owner");
    struct timespec both[2] = {{5, 0}, {6, 0}}, one[2] = {{0, UTIME_OMIT}, {7, 0}}, other[2] = {{7, 0}, {0, UTIME_OMIT}};
    CHECK(utimensat(AT_FDCWD, "d/file", both, 0) == 0);
    show_events(instance, "both times");
    CHECK(utimensat(AT_FDCWD, "d/file", one, 0) == 0);
    show_events(instance, "time of modification");
    CHECK(futimens(fd, other) == 0);
    show_events(instance, "time of access");
    CHECK(fsetxattr(fd, "user.word", "value", 5, 0) == 0);
    CHECK(removexattr("d/file", "user.word") == 0);
    show_events(instance, "attributes");
    int copy = open("copy", O_RDWR | O_CREAT, 0644);
    off_t from = 0;
    CHECK(sendfile(copy, fd, &from, 100) == 100);
    show_events(instance, "sent to a file outside");
    CHECK(copy_file_range(copy, &(off_t){0}, fd, &(off_t){0}, 50, 0) == 50);
    show_events(instance, "copied from a file outside");
    int second = open("d/file", O_RDONLY);
    show_events(instance, "opened to read");
    int duplicate = dup(second);
    close(second);
    CHECK(show_events(instance, "one of two descriptors closed") == 0);
    close(duplicate);
    show_events(instance, "closed after reading");
    void *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    CHECK(page != MAP_FAILED && *(volatile char *)page != 1);
    CHECK(show_events(instance, "mapped and read") == 0);
    close(fd);
    CHECK(show_events(instance, "closed while mapped") == 0);
    CHECK(munmap(page, 4096) == 0);
    show_events(instance, "unmapped");
    close(open("d/file", O_WRONLY | O_TRUNC));
    show_events(instance, "truncated by opening");
    int path = open("d/file", O_PATH);
    close(path);
    CHECK(show_events(instance, "only its name") == 0);
    int directory = open("d", O_RDONLY | O_DIRECTORY);
    char entries[512];
    CHECK(syscall(217, directory, entries, sizeof entries) > 0);
    close(directory);
    show_events(instance, "listed");
    struct stat status;
    CHECK(stat("d/file", &status) == 0 && access("d/file", R_OK) == 0);
    CHECK(show_events(instance, "looked at") == 0);
    close(instance);
    return done();
}
