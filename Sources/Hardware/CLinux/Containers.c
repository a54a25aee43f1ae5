#define _GNU_SOURCE
#include "CLinuxContainers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#ifndef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_IDMAP 0x00100000
#endif
#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x00001000U
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

const uint64_t cl_new_namespace_mount = CLONE_NEWNS, cl_new_namespace_pid = CLONE_NEWPID,
               cl_new_namespace_uts = CLONE_NEWUTS, cl_new_namespace_ipc = CLONE_NEWIPC,
               cl_new_namespace_network = CLONE_NEWNET, cl_new_namespace_user = CLONE_NEWUSER,
               cl_new_namespace_cgroup = CLONE_NEWCGROUP, cl_new_namespace_time = CLONE_NEWTIME;
const uint64_t cl_clone_sibling = CLONE_PARENT;
const uint64_t cl_attr_rdonly = MOUNT_ATTR_RDONLY, cl_attr_nosuid = MOUNT_ATTR_NOSUID, cl_attr_nodev = MOUNT_ATTR_NODEV,
               cl_attr_noexec = MOUNT_ATTR_NOEXEC, cl_attr_atime = MOUNT_ATTR__ATIME,
               cl_attr_noatime = MOUNT_ATTR_NOATIME, cl_attr_strictatime = MOUNT_ATTR_STRICTATIME,
               cl_attr_nodiratime = MOUNT_ATTR_NODIRATIME, cl_attr_nosymfollow = MOUNT_ATTR_NOSYMFOLLOW;
const uint64_t cl_ms_nosymfollow = MS_NOSYMFOLLOW, cl_ms_lazytime = 1u << 25;

const long cl_procfs_type = 0x9fa0;

static long result(long value) { return value < 0 ? -errno : value; }

long cl_clone3(uint64_t flags, int *pidfd, int cgroup) {
    struct clone_args args = {0};
    args.flags = flags | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0);
    args.pidfd = (uint64_t)(uintptr_t)pidfd;
    args.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD;
    args.cgroup = cgroup >= 0 ? (uint64_t)cgroup : 0;
    return result(syscall(SYS_clone3, &args, sizeof args));
}

long cl_unshare(uint64_t flags) { return result(unshare((int)flags)); }
long cl_setns(int fd, uint64_t flag) { return result(setns(fd, (int)flag)); }
long cl_pivot_root(const char *new_root, const char *put_old) {
    return result(syscall(SYS_pivot_root, new_root, put_old));
}

long cl_close_on_exec_from(unsigned first) {
    return result(syscall(SYS_close_range, first, ~0u, 1u << 2 /* CLOSE_RANGE_CLOEXEC */));
}

long cl_close_from(unsigned first) { return result(syscall(SYS_close_range, first, ~0u, 0)); }

long cl_open_in_root(int directory, const char *path, uint64_t flags, uint64_t mode) {
    struct open_how how = {
        .flags = flags | O_CLOEXEC, .mode = mode, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    long fd;
    do {
        fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return result(fd);
}

long cl_open_on_mount(int directory, const char *path, uint64_t flags) {
    struct open_how how = {
        .flags = flags | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS};
    long fd;
    do {
        fd = syscall(SYS_openat2, directory, path, &how, sizeof how);
    } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
    return result(fd);
}

long cl_filesystem_type(int fd) {
    struct statfs information;
    return fstatfs(fd, &information) < 0 ? -errno : (long)information.f_type;
}

long cl_mount_number(int fd) {
    struct statx information;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &information) < 0) return -errno;
    return (long)information.stx_mnt_id;
}

long cl_copy_attributes(int from, int to) {
    // A tmpfs takes trusted. and security. names of a filesystem's own; what it refuses the copy does without.
    char names[65536], value[65536];
    ssize_t length = flistxattr(from, names, sizeof names);
    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
        ssize_t size = fgetxattr(from, names + at, value, sizeof value);
        if (size >= 0) (void)fsetxattr(to, names + at, value, (size_t)size, 0);
    }
    return 0;
}

long cl_new_mount(const char *type, const char *key, const char *value, uint64_t attributes) {
    int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
    if (context < 0) return -errno;
    long status = key ? syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) : 0;
    if (status == 0) status = syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    if (status == 0) status = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
    status = result(status);
    close(context);
    return status;
}

long cl_open_tree(int directory, const char *path, int recursive) {
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
    return result(syscall(SYS_open_tree, directory, path, flags | (*path ? 0 : AT_EMPTY_PATH)));
}

long cl_move_mount(int tree, int target) {
    return result(
        syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

long cl_mount_setattr(int fd, uint64_t set, uint64_t clear, uint64_t propagation, int recursive) {
    struct mount_attr attr = {.attr_set = set, .attr_clr = clear, .propagation = propagation};
    unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
    return result(syscall(SYS_mount_setattr, fd, "", flags, &attr, sizeof attr));
}

long cl_mount_map_ids(int fd, int user_namespace, int recursive) {
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)user_namespace};
    unsigned flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
    return result(syscall(SYS_mount_setattr, fd, "", flags, &attr, sizeof attr));
}

long cl_is_on_readonly_mount(const char *path) {
    struct statvfs information;
    if (statvfs(path, &information) < 0) return -errno;
    return (information.f_flag & ST_RDONLY) != 0;
}

long cl_exec_descriptor(int fd, char *const argv[], char *const envp[]) {
    return result(syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH));
}

enum { ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

long cl_is_sealed(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    int seals = fcntl(fd, F_GET_SEALS);
    close(fd);
    return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS;
}

long cl_sealed_copy(const char *path) {
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return -errno;
    int to = memfd_create("rune", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    long status = result(to);
    while (status >= 0) {
        status = result(sendfile(to, from, NULL, 1 << 30));
        if (status == 0) break;
    }
    if (status == 0) status = result(fcntl(to, F_ADD_SEALS, ALL_SEALS));
    close(from);
    if (status < 0 && to >= 0) close(to);
    return status < 0 ? status : to;
}

dev_t cl_make_device(unsigned major, unsigned minor) { return makedev(major, minor); }
unsigned cl_device_major(dev_t device) { return major(device); }
unsigned cl_device_minor(dev_t device) { return minor(device); }

long cl_set_dumpable(int value) { return result(prctl(PR_SET_DUMPABLE, value, 0, 0, 0)); }
long cl_set_no_new_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
long cl_set_keep_capabilities(int value) { return result(prctl(PR_SET_KEEPCAPS, value, 0, 0, 0)); }
long cl_set_parent_death_signal(int signal) { return result(prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)); }

long cl_set_ids(uint32_t uid, uint32_t gid) {
    if (setresgid(gid, gid, gid) < 0) return -errno;
    return result(setresuid(uid, uid, uid));
}

long cl_drop_bounding(int capability) { return result(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)); }
long cl_has_bounding(int capability) { return result(prctl(PR_CAPBSET_READ, capability, 0, 0, 0)); }
long cl_clear_ambient(void) { return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)); }
long cl_raise_ambient(int capability) {
    return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0));
}

long cl_get_capabilities(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0) return -errno;
    *effective = data[0].effective | (uint64_t)data[1].effective << 32;
    *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    return 0;
}

long cl_set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {
        {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
        {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
    };
    return result(syscall(SYS_capset, &header, data));
}

long cl_new_session_keyring(const char *name) {
    return result(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name));
}

long cl_set_rlimit(pid_t pid, int resource, uint64_t soft, uint64_t hard) {
    struct rlimit64 limit = {soft, hard};
    return result(syscall(SYS_prlimit64, pid, resource, &limit, NULL));
}

long cl_pidfd_open(pid_t pid) { return result(syscall(SYS_pidfd_open, pid, 0)); }
long cl_pidfd_send_signal(int pidfd, int signal) {
    return result(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

long cl_signal_descriptor(void) {
    sigset_t all;
    sigfillset(&all);
    if (sigprocmask(SIG_BLOCK, &all, NULL) < 0) return -errno;
    return result(signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
}

long cl_read_signal(int fd) {
    struct signalfd_siginfo information;
    ssize_t count = read(fd, &information, sizeof information);
    return count < 0 ? -errno : (long)information.ssi_signo;
}

long cl_reset_signals(void) {
    for (int number = 1; number < _NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    return result(sigprocmask(SIG_SETMASK, &none, NULL));
}

long cl_loopback_up(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    struct ifreq request = {.ifr_name = "lo"};
    long status = ioctl(fd, SIOCGIFFLAGS, &request);
    if (status == 0) {
        request.ifr_flags |= IFF_UP | IFF_RUNNING;
        status = ioctl(fd, SIOCSIFFLAGS, &request);
    }
    status = result(status);
    close(fd);
    return status;
}

long cl_send_descriptor(int socket, int fd, const char *name) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec content = {(void *)name, strlen(name)};
    struct msghdr message = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return result(sendmsg(socket, &message, MSG_NOSIGNAL));
}

long cl_receive_packet(int socket, void *buffer, size_t length, int *fd) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec content = {buffer, length};
    struct msghdr message = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *fd = -1;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) memcpy(fd, CMSG_DATA(header), sizeof *fd);
    return count;
}

long cl_receive_descriptor(int socket) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    char name[256];
    struct iovec content = {name, sizeof name};
    struct msghdr message = {
        .msg_iov = &content, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0) return -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return -EBADMSG;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

static long unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

static long close_keeping(int fd, long status) {
    close(fd);
    return status;
}

long cl_unix_connect(int type, const char *path) {
    struct sockaddr_un address;
    long status = unix_address(path, &address);
    if (status < 0) return status;
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return close_keeping(fd, -errno);
    return fd;
}

long cl_unix_listen(int type, const char *path) {
    struct sockaddr_un address;
    long status = unix_address(path, &address);
    if (status < 0) return status;
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return close_keeping(fd, -errno);
    if (listen(fd, 1) < 0) return close_keeping(fd, -errno);
    return fd;
}

long cl_socket_pair(int type, int fds[2]) { return result(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds)); }
long cl_accept(int fd) { return result(accept4(fd, NULL, NULL, SOCK_CLOEXEC)); }

long cl_open_terminal_peer(int master) {
    int unlocked = 0;
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0) return -errno;
    return result(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
}

long cl_make_controlling_terminal(int fd) { return result(ioctl(fd, TIOCSCTTY, 0)); }

long cl_set_terminal_size(int fd, unsigned rows, unsigned columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    return result(ioctl(fd, TIOCSWINSZ, &size));
}

long cl_copy_terminal_size(int from, int to) {
    struct winsize size;
    if (ioctl(from, TIOCGWINSZ, &size) < 0) return -errno;
    return result(ioctl(to, TIOCSWINSZ, &size));
}

long cl_make_raw(int fd, void *saved) {
    _Static_assert(sizeof(struct termios) <= 256, "the caller's buffer");
    struct termios settings;
    if (tcgetattr(fd, &settings) < 0) return -errno;
    memcpy(saved, &settings, sizeof settings);
    cfmakeraw(&settings);
    settings.c_oflag |= OPOST;
    return result(tcsetattr(fd, TCSANOW, &settings));
}

long cl_restore_terminal(int fd, const void *saved) {
    struct termios settings;
    memcpy(&settings, saved, sizeof settings);
    return result(tcsetattr(fd, TCSANOW, &settings));
}
