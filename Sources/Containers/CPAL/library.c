#include "CPAL.h"

#include <dlfcn.h>

_Static_assert(sizeof(struct cpal_attributes) == 32 && offsetof(struct cpal_attributes, enclave_address) == 24, "version 3");
_Static_assert(sizeof(struct cpal_streams) == 12, "version 1");
_Static_assert(sizeof(struct cpal_process) == 40 && offsetof(struct cpal_process, pid) == 32, "version 2");
_Static_assert(sizeof(struct cpal_execution) == 16 && offsetof(struct cpal_execution, exit_value) == 8, "version 2");

// Everything is bound now: a symbol that is looked for later would be looked for in the container's files.
const char *cpal_keep(const char *name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) ? NULL : dlerror(); }

const char *cpal_open(const char *path, struct cpal_library *library) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) return dlerror();
    int (*get_version)(void) = (int (*)(void))dlsym(handle, "pal_get_version");
    *library = (struct cpal_library){
        .handle = handle,
        .version = get_version ? get_version() : 1,
        .initialise = (int (*)(const struct cpal_attributes *))dlsym(handle, "pal_init"),
        .create_process = (int (*)(const struct cpal_process *))dlsym(handle, "pal_create_process"),
        .signal = (int (*)(int, int))dlsym(handle, "pal_kill"),
        .local_report = (int (*)(const void *, int, void *, int *))dlsym(handle, "pal_get_local_report"),
        .destroy = (int (*)(void))dlsym(handle, "pal_destroy"),
    };
    // One name, two functions: since version 2 it takes what `pal_create_process` gave.
    void *execute = dlsym(handle, "pal_exec");
    if (library->version == 1) {
        library->execute_path =
            (int (*)(const char *, const char *const *, const struct cpal_streams *, int *))execute;
    } else {
        library->execute_process = (int (*)(const struct cpal_execution *))execute;
    }
    return NULL;
}

const char *cpal_missing(const struct cpal_library *library) {
    if (!library->initialise) return "pal_init";
    if (!library->destroy) return "pal_destroy";
    if (!library->execute_path && !library->execute_process) return "pal_exec";
    if (library->version >= 2 && !library->create_process) return "pal_create_process";
    if (library->version >= 2 && !library->signal) return "pal_kill";
    if (library->version >= 3 && !library->local_report) return "pal_get_local_report";
    return NULL;
}
