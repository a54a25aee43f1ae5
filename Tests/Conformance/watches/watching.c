// inotify: adding and removing watches, what is wrong with arguments, and flags that change what is told.
#include "events.h"

int main(void) {
    CHECK_ERRNO(inotify_init1(1), EINVAL);
    int instance = inotify_init1(IN_NONBLOCK);
    CHECK(instance >= 0);
    CHECK((fcntl(instance, F_GETFL) & (O_ACCMODE | O_NONBLOCK)) == (O_RDONLY | O_NONBLOCK));
    make_file("file");
    CHECK(mkdir("d", 0755) == 0);
    CHECK(symlink("file", "link") == 0);
    CHECK_ERRNO(inotify_add_watch(instance, "none", IN_OPEN), ENOENT);
    CHECK_ERRNO(inotify_add_watch(instance, "", IN_OPEN), ENOENT);
    CHECK_ERRNO(inotify_add_watch(instance, "file/x", IN_OPEN), ENOTDIR);
    CHECK_ERRNO(inotify_add_watch(instance, "file", 0), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, "file", 0x1000), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, (char *)8, IN_OPEN), EFAULT);
    CHECK_ERRNO(inotify_add_watch(-1, "file", IN_OPEN), EBADF);
    CHECK_ERRNO(inotify_add_watch(1000, "file", IN_OPEN), EBADF);
    int plain = open("file", O_RDONLY);
    CHECK_ERRNO(inotify_add_watch(plain, "file", IN_OPEN), EINVAL);
    CHECK_ERRNO(inotify_rm_watch(plain, 1), EINVAL);
    CHECK_ERRNO(inotify_rm_watch(-1, 1), EBADF);
    CHECK_ERRNO(inotify_rm_watch(instance, 1), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, "file", IN_OPEN | IN_MASK_ADD | 0x10000000), EINVAL);
    CHECK_ERRNO(inotify_add_watch(instance, "file", IN_OPEN | IN_ONLYDIR), ENOTDIR);
    CHECK_ERRNO(write(instance, "x", 1), EBADF);
    CHECK_ERRNO(read(instance, &(char[64]){0}, 64), EAGAIN);
    CHECK_ERRNO(pread(instance, &(char[64]){0}, 64, 0), ESPIPE);

    CHECK(inotify_add_watch(instance, "file", IN_OPEN) == 1);
    CHECK(inotify_add_watch(instance, "link", IN_OPEN) == 1);
    CHECK(inotify_add_watch(instance, "link", IN_OPEN | IN_DONT_FOLLOW) == 2);
    CHECK(inotify_add_watch(instance, "d", IN_CREATE | IN_ONLYDIR) == 3);
    CHECK_ERRNO(inotify_add_watch(instance, "file", IN_CLOSE | 0x10000000), EEXIST);
    close(open("file", O_RDONLY));
    show_events(instance, "only what was asked for");
    CHECK(inotify_add_watch(instance, "file", IN_CLOSE | IN_MASK_ADD) == 1);
    close(open("file", O_RDONLY));
    show_events(instance, "more");
    CHECK(inotify_add_watch(instance, "file", IN_CLOSE) == 1);
    close(open("file", O_RDONLY));
    show_events(instance, "less");
    CHECK(inotify_add_watch(instance, "file", IN_OPEN | IN_ONESHOT) == 1);
    close(open("file", O_RDONLY));
    close(open("file", O_RDONLY));
    show_events(instance, "once");
    CHECK_ERRNO(inotify_rm_watch(instance, 1), EINVAL);
    CHECK(inotify_add_watch(instance, "file", IN_OPEN) == 4);
    CHECK(inotify_rm_watch(instance, 4) == 0);
    close(open("file", O_RDONLY));
    show_events(instance, "removed");

    CHECK(inotify_add_watch(instance, "d", IN_MODIFY | IN_EXCL_UNLINK) == 3);
    int fd = open("d/file", O_WRONLY | O_CREAT, 0644);
    CHECK(write(fd, "x", 1) == 1);
    show_events(instance, "while it has a name");
    CHECK(unlink("d/file") == 0);
    CHECK(write(fd, "x", 1) == 1);
    CHECK(show_events(instance, "without a name") == 0);
    CHECK(inotify_add_watch(instance, "d", IN_MODIFY) == 3);
    CHECK(write(fd, "x", 1) == 1);
    show_events(instance, "without a name, asked for");
    close(fd);
    int other = inotify_init();
    CHECK(inotify_add_watch(other, "d", IN_CREATE) == 1);
    CHECK(inotify_add_watch(instance, "d", IN_CREATE) == 3);
    make_file("d/new");
    show_events(instance, "two instances, the first");
    show_events(other, "two instances, the second");
    close(other);
    close(instance);
    close(plain);
    return done();
}
