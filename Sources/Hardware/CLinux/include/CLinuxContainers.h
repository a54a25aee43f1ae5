#pragma once
// What the Glibc module hides of namespaces, mounts, capabilities, descriptors and processes. Every function returns a
// value >= 0, or the negated errno.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

extern const uint64_t cl_new_namespace_mount, cl_new_namespace_pid, cl_new_namespace_uts, cl_new_namespace_ipc,
    cl_new_namespace_network, cl_new_namespace_user, cl_new_namespace_cgroup, cl_new_namespace_time;
extern const uint64_t cl_clone_sibling;

/// Returns twice, as fork does: 0 in the child, the child's pid in the caller. `cgroup` < 0: the caller's cgroup.
long cl_clone3(uint64_t flags, int *pidfd, int cgroup);
long cl_unshare(uint64_t flags);
long cl_setns(int fd, uint64_t flag);
long cl_pivot_root(const char *new_root, const char *put_old);
/// Marks every descriptor from `first` on close-on-exec.
long cl_close_on_exec_from(unsigned first);
long cl_close_from(unsigned first);
/// openat2 whose path cannot leave `directory`, whatever its links say; magic links are refused.
long cl_open_in_root(int directory, const char *path, uint64_t flags, uint64_t mode);
/// openat2 whose path stays below `directory` and on its very mount; magic links are refused.
long cl_open_on_mount(int directory, const char *path, uint64_t flags);
/// f_type of the filesystem `fd` is on.
long cl_filesystem_type(int fd);
extern const long cl_procfs_type;
/// Which mount `fd` is on.
long cl_mount_number(int fd);
/// Copies the extended attributes that the other filesystem takes.
long cl_copy_attributes(int from, int to);

/// A new filesystem that is not attached anywhere, with at most one option.
long cl_new_mount(const char *type, const char *key, const char *value, uint64_t attributes);
/// A detached copy of the mount tree at `path`.
long cl_open_tree(int directory, const char *path, int recursive);
/// Attaches the detached tree `tree` on what `target` refers to.
long cl_move_mount(int tree, int target);
/// `set`/`clear` are MOUNT_ATTR_*, `propagation` one MS_* or 0.
long cl_mount_setattr(int fd, uint64_t set, uint64_t clear, uint64_t propagation, int recursive);
/// Shows the files of the detached tree `fd` with the ids as `user_namespace` maps them.
long cl_mount_map_ids(int fd, int user_namespace, int recursive);
extern const uint64_t cl_attr_rdonly, cl_attr_nosuid, cl_attr_nodev, cl_attr_noexec, cl_attr_atime, cl_attr_noatime,
    cl_attr_strictatime, cl_attr_nodiratime, cl_attr_nosymfollow;
extern const uint64_t cl_ms_nosymfollow, cl_ms_lazytime;

/// 1: the mount that holds `path` is read-only.
long cl_is_on_readonly_mount(const char *path);
/// 1: `path` is a file in memory that nobody can change any more.
long cl_is_sealed(const char *path);
/// A copy of `path` in memory that nobody can change any more.
long cl_sealed_copy(const char *path);
long cl_exec_descriptor(int fd, char *const argv[], char *const envp[]);
dev_t cl_make_device(unsigned major, unsigned minor);
unsigned cl_device_major(dev_t device);
unsigned cl_device_minor(dev_t device);

long cl_set_dumpable(int value);
long cl_set_no_new_privileges(void);
long cl_set_keep_capabilities(int value);
long cl_set_parent_death_signal(int signal);
long cl_set_ids(uint32_t uid, uint32_t gid);
long cl_drop_bounding(int capability);
long cl_has_bounding(int capability);
long cl_clear_ambient(void);
long cl_raise_ambient(int capability);
long cl_get_capabilities(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable);
long cl_set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable);
long cl_new_session_keyring(const char *name);
long cl_set_rlimit(pid_t pid, int resource, uint64_t soft, uint64_t hard);

long cl_pidfd_open(pid_t pid);
long cl_pidfd_send_signal(int pidfd, int signal);
/// Blocks every signal and returns a descriptor that reads them.
long cl_signal_descriptor(void);
/// Reads one signal number from such a descriptor; -EAGAIN: none.
long cl_read_signal(int fd);
/// What a program expects of its first instant: nothing blocked, everything at its default.
long cl_reset_signals(void);

/// Brings `lo` of the current network namespace up.
long cl_loopback_up(void);
long cl_send_descriptor(int socket, int fd, const char *name);
/// Receives one packet; `fd` is what came with it, or -1.
long cl_receive_packet(int socket, void *buffer, size_t length, int *fd);
/// Receives one descriptor.
long cl_receive_descriptor(int socket);
/// A connected or listening AF_UNIX socket of `type`.
long cl_unix_connect(int type, const char *path);
long cl_unix_listen(int type, const char *path);
long cl_socket_pair(int type, int fds[2]);
long cl_accept(int fd);

/// Opens the other end of the pseudo terminal master `master` after unlocking it.
long cl_open_terminal_peer(int master);
long cl_make_controlling_terminal(int fd);
long cl_set_terminal_size(int fd, unsigned rows, unsigned columns);
long cl_copy_terminal_size(int from, int to);
/// Saves the settings of `fd` in `saved` (256 bytes) and makes it raw.
long cl_make_raw(int fd, void *saved);
long cl_restore_terminal(int fd, const void *saved);
