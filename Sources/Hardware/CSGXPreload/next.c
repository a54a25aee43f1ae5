#include "next.h"

#include <dlfcn.h>
#include <errno.h>

void *preload_next_functions[NEXT_COUNT];

static const char *const names[NEXT_COUNT] = {
#define X(name) [NEXT_##name] = #name,
    PRELOAD_INTERPOSED(X)
#undef X
};

// A C library without the function: no program can have been linked against it there, unless it looks for it at run time.
static long missing(void) {
    errno = ENOSYS;
    return -1;
}

void *preload_look_up(enum preload_name name) {
    void *found = dlsym(RTLD_NEXT, names[name]);
    if (found == NULL) found = (void *)missing;
    __atomic_store_n(&preload_next_functions[name], found, __ATOMIC_RELAXED);
    return found;
}

void preload_look_up_all(void) {
    for (int name = 0; name < NEXT_COUNT; name++) preload_next((enum preload_name)name);
}
