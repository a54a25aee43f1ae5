// inotify: what is told when names come, move and go.
#include "events.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    int instance = inotify_init1(IN_NONBLOCK);
    CHECK(mkdir("a", 0755) == 0 && mkdir("b", 0755) == 0);
    const unsigned names = IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;
    CHECK(inotify_add_watch(instance, "a", names) == 1);
    CHECK(inotify_add_watch(instance, "b", names) == 2);
    make_file("a/file");
    CHECK(mkdir("a/directory", 0755) == 0);
    CHECK(symlink("nowhere", "a/link") == 0);
    CHECK(mkfifo("a/pipe", 0644) == 0);
    show_events(instance, "made");
    struct sockaddr_un address = {AF_UNIX, "a/socket"};
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(server, (void *)&address, sizeof address) == 0);
    close(server);
    show_events(instance, "bound");
    CHECK(inotify_add_watch(instance, "a/file", names) == 3);
    CHECK(link("a/file", "b/second") == 0);
    show_events(instance, "linked");
    CHECK(rename("a/file", "a/a-name-of-sixteen") == 0);
    show_events(instance, "renamed");
    CHECK(rename("a/a-name-of-sixteen", "b/file") == 0);
    show_events(instance, "moved");
    CHECK(rename("a/directory", "b/directory") == 0);
    show_events(instance, "directory moved");
    make_file("a/new");
    CHECK(rename("a/new", "b/file") == 0);
    show_events(instance, "one of two names replaced");
    make_file("a/new");
    CHECK(rename("a/new", "b/second") == 0);
    show_events(instance, "the last name replaced");
    CHECK(syscall(316, AT_FDCWD, "a/link", AT_FDCWD, "b/file", 2) == 0);
    show_events(instance, "exchanged");
    CHECK(link("b/second", "b/third") == 0);
    show_events(instance, "linked again");
    CHECK(rename("b/second", "b/third") == 0);
    CHECK(show_events(instance, "renamed to itself") == 0);
    CHECK(inotify_add_watch(instance, "b/third", names) == 4);
    CHECK(unlink("b/second") == 0);
    show_events(instance, "one of two names removed");
    int fd = open("b/third", O_RDONLY);
    CHECK(unlink("b/third") == 0);
    show_events(instance, "removed while open");
    CHECK(fchmod(fd, 0600) == 0);
    show_events(instance, "changed without a name");
    close(fd);
    show_events(instance, "closed, and so gone");
    CHECK(inotify_add_watch(instance, "b/directory", names) == 5);
    CHECK(rmdir("b/directory") == 0);
    show_events(instance, "directory removed");
    CHECK_ERRNO(unlink("a/none"), ENOENT);
    CHECK_ERRNO(mkdir("a/pipe", 0755), EEXIST);
    CHECK_ERRNO(rmdir("b/none"), ENOENT);
    CHECK(show_events(instance, "failed") == 0);
    CHECK(rename("b", "c") == 0);
    show_events(instance, "a watched directory moved");
    make_file("c/later");
    show_events(instance, "made in it");
    int open_file = open("c/later", O_RDWR);
    CHECK(inotify_add_watch(instance, "c", IN_MODIFY) == 2);
    CHECK(rename("c/later", "c/last") == 0);
    CHECK(write(open_file, "x", 1) == 1);
    show_events(instance, "written by its new name");
    close(open_file);
    close(instance);
    return done();
}
