#define _GNU_SOURCE
#include "CLinuxQuoting.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void copy_facts(const struct stat *status, struct cl_file_facts *facts) {
    *facts = (struct cl_file_facts){.owner = status->st_uid, .mode = status->st_mode, .size = status->st_size};
}

long cl_examine(int fd, struct cl_file_facts *facts) {
    struct stat status;
    if (fstat(fd, &status) != 0) return -errno;
    copy_facts(&status, facts);
    return 0;
}

long cl_examine_path(const char *path, struct cl_file_facts *facts) {
    struct stat status;
    if (lstat(path, &status) != 0) return -errno;
    copy_facts(&status, facts);
    return 0;
}

long cl_listen_unix(const char *path, uint32_t mode, int backlog) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    mode_t before = umask(0177);
    int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    umask(before);
    if (bound == 0) {
        if (listen(fd, backlog) == 0 && chmod(path, mode) == 0) return fd;
        error = errno;
        unlink(path);
    }
    close(fd);
    return -error;
}

long cl_ending_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    int error = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (error != 0) return -error;
    int fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

long cl_peer_in_group(int fd, uint32_t group) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -errno;
    if (credentials.gid == group) return 1;
    enum { MOST = 4096 }; // who has more is in none of them
    gid_t groups[MOST];
    length = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0) return -errno;
    for (size_t i = 0; i < length / sizeof *groups; i++)
        if (groups[i] == group) return 1;
    return 0;
}

long cl_change_group(const char *path, uint32_t group) { return chown(path, (uid_t)-1, group) == 0 ? 0 : -errno; }
