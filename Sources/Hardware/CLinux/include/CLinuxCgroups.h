#pragma once
// Device filters of cgroup v2 and what tells of events in cgroups. Every function returns a value >= 0, or the negated errno.
#include <stdint.h>

/// Loads a program of `count` instructions of 8 bytes that decides on devices.
long cl_bpf_load_devices(const uint64_t *instructions, uint32_t count);
/// `replaced` < 0: beside what is attached already.
long cl_bpf_attach_devices(int cgroup, int program, int replaced);
/// How many device programs are attached to this cgroup itself; `ids` holds `limit`.
long cl_bpf_attached_devices(int cgroup, uint32_t *ids, uint32_t limit);
long cl_bpf_open(uint32_t id);
long cl_bpf_detach_devices(int cgroup, int program);

/// A counter that v1's cgroup.event_control can be told to raise.
long cl_event_counter(void);
/// A descriptor that becomes readable when the file at `path` is modified.
long cl_watch_modified(const char *path);
