#pragma once
// How a program began.

/// The entry point of `rune` (`-e`): starts it anew from a read-only copy of its mount that is attached nowhere, where its command
/// line names a command that makes a process of a container; then, and in all other cases, goes on to `_start`.
///
/// It runs before anything of the C library or of Swift, so that of the first start nothing is paid but the exec. What cannot be had here
/// is tried again, and told, when the command begins.
void cl_protected_start(void);
