#define _GNU_SOURCE
#include "CHostileHost.h"

#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>

extern const uint8_t hostile_enclu_site[], hostile_exit_pointer[], hostile_fault[];

_Static_assert(offsetof(struct hostile_registers, outcome) == 80, "");
_Static_assert(offsetof(struct hostile_registers, general) == 88, "");
_Static_assert(offsetof(struct hostile_registers, flags) == 216, "");
_Static_assert(offsetof(struct hostile_registers, extended) == 240, "");
_Static_assert(offsetof(struct hostile_registers, stack[63]) == 1256, "");
_Static_assert(offsetof(struct hostile_registers, host_rsp) == 1264, "");

enum { TRAP_FLAG = 0x100 };
static __thread int last_signal;

const char *hostile_bundle_path(void) {
    Dl_info information;
    return dladdr(hostile_enclu_site, &information) != 0 ? information.dli_fname : "";
}

int hostile_last_signal(void) { return last_signal; }

uint64_t hostile_thread_pointer(void *buffer) {
    // glibc: thread-local data below the pointer, struct pthread above.
    enum { BELOW = 16384, ABOVE = 2304 };
    uint8_t *pointer;
    __asm__ volatile("rdfsbase %0" : "=r"(pointer));
    memcpy(buffer, pointer - BELOW, BELOW + ABOVE);
    return (uint64_t)(uintptr_t)buffer + BELOW;
}

void hostile_signal(int signal, void *info, void *context) {
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t rip = (uintptr_t)registers[REG_RIP];
    if (rip == (uintptr_t)hostile_exit_pointer) {
        last_signal = signal;
    } else if (rip == (uintptr_t)hostile_enclu_site && signal != SIGTRAP && signal != SIGUSR2) {
        registers[REG_RIP] = (greg_t)(uintptr_t)hostile_fault;
        registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    } else if (signal == SIGTRAP && (registers[REG_EFL] & TRAP_FLAG) != 0) {
        registers[REG_EFL] &= ~(greg_t)TRAP_FLAG;
    } else if (((siginfo_t *)info)->si_code > 0 && signal != SIGUSR2) {
        // A real fault of the host: let it happen again with nobody in the way.
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(signal, &standard, NULL);
    }
}
