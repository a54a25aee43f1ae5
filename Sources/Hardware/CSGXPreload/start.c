// What happens before the program's own code runs.
#include "preload.h"

// The C library hands constructors what main gets; the environment is the one on the stack, with the auxiliary vector behind it.
__attribute__((constructor)) static void start(int count, char **arguments, char **environment) {
    (void)count;
    (void)arguments;
    preload_look_up_all();
    preload_prepare_forks();
    preload_replace_vdso(environment);
    preload_patch_cpuid();
}
