// inotify: how events wait to be read: sizes, merging, overflow, poll and epoll.
#include "events.h"
#include <pthread.h>
#include <sys/epoll.h>

static void *touch_later(void *unused) {
    usleep(50000);
    make_file("d/late");
    return NULL;
}

int main(void) {
    char buffer[256] __attribute__((aligned(8)));
    int instance = inotify_init1(IN_NONBLOCK), waiting = -1;
    CHECK(mkdir("d", 0755) == 0);
    CHECK(inotify_add_watch(instance, "d", IN_CREATE | IN_DELETE) == 1);
    CHECK(ioctl(instance, FIONREAD, &waiting) == 0 && waiting == 0);
    make_file("d/one");
    CHECK(ioctl(instance, FIONREAD, &waiting) == 0 && waiting == 32);
    make_file("d/a-name-of-fifteen");
    CHECK(ioctl(instance, FIONREAD, &waiting) == 0 && waiting == 32 + 48);
    CHECK_ERRNO(read(instance, buffer, 0), EINVAL);
    CHECK_ERRNO(read(instance, buffer, 31), EINVAL);
    CHECK(read(instance, buffer, 33) == 32);
    CHECK(ioctl(instance, FIONREAD, &waiting) == 0 && waiting == 48);
    make_file("d/two");
    CHECK(read(instance, buffer, 79) == 48);
    CHECK(read(instance, buffer, 256) == 32);
    CHECK_ERRNO(read(instance, buffer, 256), EAGAIN);
    make_file("d/three");
    CHECK_ERRNO(read(instance, (char *)8, 256), EFAULT);
    CHECK(lseek(instance, 0, SEEK_SET) == 0 || errno == ESPIPE);

    int second = inotify_init1(IN_NONBLOCK);
    CHECK(inotify_add_watch(second, "d/one", IN_MODIFY | IN_ATTRIB) == 1);
    int fd = open("d/one", O_RDWR);
    for (int i = 0; i < 5; i++) CHECK(write(fd, "x", 1) == 1);
    CHECK(fchmod(fd, 0600) == 0 && fchmod(fd, 0644) == 0);
    CHECK(write(fd, "x", 1) == 1);
    CHECK(show_events(second, "merged") == 3);
    close(fd);

    int set = epoll_create1(0);
    struct epoll_event wanted = {EPOLLIN | EPOLLET, {.u32 = 5}}, found;
    show_events(instance, "what is left");
    CHECK(epoll_ctl(set, EPOLL_CTL_ADD, instance, &wanted) == 0);
    CHECK(epoll_wait(set, &found, 1, 0) == 0);
    make_file("d/four");
    CHECK(epoll_wait(set, &found, 1, 0) == 1 && found.data.u32 == 5);
    CHECK(epoll_wait(set, &found, 1, 0) == 0);
    make_file("d/five");
    CHECK(epoll_wait(set, &found, 1, 0) == 1);
    CHECK(show_events(instance, "two") == 2);
    pthread_t thread;
    pthread_create(&thread, NULL, touch_later, NULL);
    CHECK(epoll_wait(set, &found, 1, 5000) == 1);
    pthread_join(thread, NULL);
    show_events(instance, "late");
    CHECK(fcntl(instance, F_SETFL, 0) == 0);
    CHECK(unlink("d/late") == 0);
    pthread_create(&thread, NULL, touch_later, NULL);
    CHECK(read(instance, buffer, sizeof buffer) == 32);
    CHECK(read(instance, buffer, sizeof buffer) == 32);
    pthread_join(thread, NULL);

    CHECK(fcntl(instance, F_SETFL, O_NONBLOCK) == 0);
    for (int i = 0; i < 8300; i++) {
        make_file("d/again");
        unlink("d/again");
    }
    static char many[1 << 20] __attribute__((aligned(8)));
    long length = read(instance, many, sizeof many);
    struct inotify_event *last = NULL;
    int count = 0;
    for (long at = 0; at < length; at += sizeof *last + last->len, count++) last = (void *)(many + at);
    CHECK(count == 16385);
    CHECK(last && last->mask == IN_Q_OVERFLOW && last->wd == -1 && last->len == 0);
    CHECK_ERRNO(read(instance, many, sizeof many), EAGAIN);
    make_file("d/again");
    CHECK(show_events(instance, "after the overflow") == 1);
    close(instance);
    close(second);
    close(set);
    return done();
}
