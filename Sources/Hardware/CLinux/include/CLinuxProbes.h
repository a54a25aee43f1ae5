#pragma once
// What a machine's diagnosis asks of the kernel.

/// Forms of Syscall User Dispatch: 0 none, 1 that of Linux 5.11 (what may make system calls), 2 also the one that names who may not.
/// Tried on the calling thread, which must not use it at the time.
int cl_syscall_dispatch_forms(void);
