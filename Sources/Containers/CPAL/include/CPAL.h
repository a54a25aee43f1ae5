#pragma once
// The Enclave Runtime PAL API, versions 1 to 3, from its host's side: the structures as compilers lay them out (natural alignment, which is what
// every library was built with), and calls through the functions a library has.
#include <stddef.h>
#include <stdint.h>

struct cpal_attributes {
    const char *arguments;
    const char *log_level;
    // Version 3 begins here.
    int enclave_descriptor;
    uint64_t enclave_address;
};

struct cpal_streams {
    int input;
    int output;
    int error;
};

struct cpal_process {
    const char *path;
    const char *const *arguments;
    const char *const *environment;
    const struct cpal_streams *streams;
    int *pid;
};

struct cpal_execution {
    int pid;
    int *exit_value;
};

/// A loaded library: its version and those of its functions that this version has.
struct cpal_library {
    void *handle;
    int version;
    int (*initialise)(const struct cpal_attributes *attributes);
    int (*execute_path)(const char *path, const char *const *arguments, const struct cpal_streams *streams, int *exit_code);
    int (*create_process)(const struct cpal_process *process);
    int (*execute_process)(const struct cpal_execution *execution);
    int (*signal)(int pid, int signal);
    int (*local_report)(const void *target_info, int target_info_length, void *report, int *report_length);
    int (*destroy)(void);
};

enum { CPAL_NEWEST = 3, CPAL_ALL_PROCESSES = -1 };

/// Keeps a library that another one needs, for good; NULL, or why it could not be loaded, in the loader's words.
const char *cpal_keep(const char *name);
/// Loads the library whole and finds its functions; NULL, or why it cannot be used. A library without `pal_get_version` has version 1.
const char *cpal_open(const char *path, struct cpal_library *library);
/// The first function that its version demands and that it does not have; NULL: all are there.
const char *cpal_missing(const struct cpal_library *library);
