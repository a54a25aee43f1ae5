#define _GNU_SOURCE
#include "CLinuxCgroups.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

static long bpf(int command, union bpf_attr *attributes) {
    long value = syscall(SYS_bpf, command, attributes, sizeof *attributes);
    return value < 0 ? -errno : value;
}

static uint64_t address(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

long cl_bpf_load_devices(const uint64_t *instructions, uint32_t count) {
    static const char license[] = "Apache-2.0";
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    attributes.insns = address(instructions);
    attributes.insn_cnt = count;
    attributes.license = address(license);
    return bpf(BPF_PROG_LOAD, &attributes);
}

long cl_bpf_attach_devices(int cgroup, int program, int replaced) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    attributes.attach_flags = BPF_F_ALLOW_MULTI | (replaced >= 0 ? BPF_F_REPLACE : 0);
    attributes.replace_bpf_fd = replaced >= 0 ? (uint32_t)replaced : 0;
    return bpf(BPF_PROG_ATTACH, &attributes);
}

long cl_bpf_attached_devices(int cgroup, uint32_t *ids, uint32_t limit) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.query.target_fd = (uint32_t)cgroup;
    attributes.query.attach_type = BPF_CGROUP_DEVICE;
    attributes.query.prog_ids = address(ids);
    attributes.query.prog_cnt = limit;
    long value = bpf(BPF_PROG_QUERY, &attributes);
    return value < 0 ? value : (long)attributes.query.prog_cnt;
}

long cl_bpf_open(uint32_t id) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = id;
    return bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

long cl_bpf_detach_devices(int cgroup, int program) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.target_fd = (uint32_t)cgroup;
    attributes.attach_bpf_fd = (uint32_t)program;
    attributes.attach_type = BPF_CGROUP_DEVICE;
    return bpf(BPF_PROG_DETACH, &attributes);
}

long cl_event_counter(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

long cl_watch_modified(const char *path) {
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd < 0) return -errno;
    if (inotify_add_watch(fd, path, IN_MODIFY) < 0) {
        int code = errno;
        close(fd);
        return -code;
    }
    return fd;
}
