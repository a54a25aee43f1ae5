// Makes every system call there is a number for, with arguments that nothing can be done with, and prints the number and the error of each.
// Calls that end the program, never return or change what the others see are left out or made harmless.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { HIGHEST = 480 };

static int left_out(long number) {
    switch (number) {
    case SYS_rt_sigreturn: case SYS_exit: case SYS_exit_group: case SYS_pause: return 1;
    default: return 0;
    }
}

// Addresses that lead nowhere, descriptors that are not open: -1 but where that means something to the call.
static long attempt(long number) {
    switch (number) {
    case SYS_alarm: return syscall(number, 0);
    case SYS_close_range: return syscall(number, 5, 4, 0);
    case SYS_umask: return syscall(number, 022);
    case SYS_set_tid_address: return syscall(number, 0);
    // An operation there is no number for is ENOSYS everywhere.
    case SYS_futex: return syscall(number, 1L, 1L, 1L, 0L, 0L, 0L);
    // A clock there is, and a time: all but the right to set it.
    case SYS_settimeofday: return syscall(number, &(struct timeval){0}, 0L);
    case SYS_clock_settime: return syscall(number, CLOCK_REALTIME, &(struct timespec){0});
    case SYS_arch_prctl: return syscall(number, -1, 0);
    default: return syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
    }
}

int main(void) {
    static struct { short number, error; } seen[HIGHEST + 1];
    int count = 0;
    for (int signal = 1; signal < 65; signal++) sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, 0);
    for (long number = 0; number <= HIGHEST; number++) {
        if (left_out(number)) continue;
        errno = 0;
        long result = attempt(number);
        seen[count].number = number;
        seen[count++].error = result == -1 ? errno : 0;
    }
    for (int i = 0; i < count; i++) dprintf(1, "%d %d\n", seen[i].number, seen[i].error);
    return 0;
}
