// Prints what an inotify instance has to tell, in words.
#pragma once
#include "../check.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static const struct { unsigned bit; const char *name; } event_names[] = {
    {IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"},
    {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"}, {IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"},
    {IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"}, {IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"},
    {IN_UNMOUNT, "UNMOUNT"}, {IN_Q_OVERFLOW, "OVERFLOW"}, {IN_IGNORED, "IGNORED"}, {IN_ISDIR, "ISDIR"},
};

/// Reads all events and prints one line for each: watch, bits, name; cookies as whether they are those of the event before.
static int show_events(int instance, const char *about) {
    static char buffer[65536] __attribute__((aligned(8)));
    struct pollfd ready = {instance, POLLIN, 0};
    unsigned last_cookie = 0;
    int count = 0;
    PRINT("%s:", about);
    while (poll(&ready, 1, 0) == 1) {
        long length = read(instance, buffer, sizeof buffer);
        if (length <= 0) break;
        for (long at = 0; at < length;) {
            struct inotify_event *event = (void *)(buffer + at);
            char line[256] = "";
            for (unsigned i = 0; i < sizeof event_names / sizeof *event_names; i++) {
                if (event->mask & event_names[i].bit) strcat(strcat(line, " "), event_names[i].name);
            }
            PRINT("  %d%s%s%s length %u%s", event->wd, line, event->len ? " " : "", event->len ? event->name : "", event->len,
                  !event->cookie ? "" : event->cookie == last_cookie ? " same cookie" : " cookie");
            last_cookie = event->cookie;
            at += sizeof *event + event->len;
            count++;
        }
    }
    return count;
}

static inline void make_file(const char *path) { close(open(path, O_WRONLY | O_CREAT, 0644)); }
