#pragma once
/// A POSIX timer that sends `signal` to the calling thread every `microseconds`.
void *test_timer_start(int signal, long microseconds);
void test_timer_stop(void *timer);
/// Forks; the child reads a byte at `address`. The signal that ended the child, or 0.
int test_signal_of_child_reading(const volatile void *address);
/// Bits: 0 MXCSR is not as usual, 1 the x87 stack is not empty, 2 XMM15 is all ones, as the fixture leaves it.
int test_dirty_state(void);
/// A file without a name of so many bytes; its descriptor.
int test_memory_file(long bytes);
