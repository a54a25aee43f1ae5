// What every conformance program is made of: assertions that are counted, and lines that must be the same natively and in an enclave.
#pragma once
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int check_count, check_failures;

__attribute__((constructor)) static void check_begin(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

static inline int check_that(int holds, int line, const char *what) {
    int error = errno;
    atomic_fetch_add(&check_count, 1);
    if (holds) {
        printf("ok %d\n", line);
    } else {
        atomic_fetch_add(&check_failures, 1);
        printf("not ok %d: %s (errno %d)\n", line, what, error);
    }
    errno = error;
    return holds;
}

static inline int check_error(long result, int error, int expected, int line, const char *what) {
    atomic_fetch_add(&check_count, 1);
    if (result == -1 && error == expected) {
        printf("ok %d\n", line);
        return 1;
    }
    atomic_fetch_add(&check_failures, 1);
    if (result == -1) {
        printf("not ok %d: %s: %s instead of %s\n", line, what, strerrorname_np(error), strerrorname_np(expected));
    } else {
        printf("not ok %d: %s succeeded instead of %s\n", line, what, strerrorname_np(expected));
    }
    return 0;
}

/// One assertion: the expression holds.
#define CHECK(expression) check_that(!!(expression), __LINE__, #expression)

/// One assertion: the call returns -1 with this errno.
#define CHECK_ERRNO(call, expected)                                      \
    ({                                                                   \
        errno = 0;                                                       \
        long check_result = (long)(call);                                \
        check_error(check_result, errno, (expected), __LINE__, #call);   \
    })

/// A line that must be the same natively and in an enclave: no addresses, no process numbers, no times.
#define PRINT(...)           \
    do {                     \
        printf(__VA_ARGS__); \
        printf("\n");        \
    } while (0)

/// The program's exit status; prints what the harness counts.
static inline int done(void) {
    printf("%d assertions, %d failed\n", atomic_load(&check_count), atomic_load(&check_failures));
    return atomic_load(&check_failures) ? 1 : 0;
}
