// Preloaded beside the library: ends the program when memory is asked for or given back while a signal handler runs on the
// alternate stack the kernel knows, where a handler that allocates could find malloc's locks held by the code it interrupted.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static void refuse(const char *name, size_t length) {
    stack_t stack = {0};
    // By number: the library answers the function of this name with what the program set.
    if (syscall(SYS_sigaltstack, NULL, &stack) != 0 || !(stack.ss_flags & SS_ONSTACK)) return;
    syscall(SYS_write, 2, "handlerguard: in a signal handler: ", 35);
    syscall(SYS_write, 2, name, length);
    syscall(SYS_write, 2, "\n", 1);
    syscall(SYS_exit_group, 99);
}

#define REFUSE(name) refuse(name, sizeof name - 1)

void *malloc(size_t size) { return REFUSE("malloc"), __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return REFUSE("calloc"), __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return REFUSE("realloc"), __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { return REFUSE("memalign"), __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return REFUSE("aligned_alloc"), __libc_memalign(alignment, size); }
void free(void *old) { REFUSE("free"), __libc_free(old); }

int posix_memalign(void **out, size_t alignment, size_t size) {
    REFUSE("posix_memalign");
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : 12;
}
