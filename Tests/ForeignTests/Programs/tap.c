#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "foreign.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count, failures;

static void line(bool passed, const char *format, va_list arguments) {
    pthread_mutex_lock(&lock);
    printf("%s %d - ", passed ? "ok" : "not ok", ++count);
    vprintf(format, arguments);
    if (!passed) failures++;
    pthread_mutex_unlock(&lock);
}

static void end(void) {
    printf("\n");
    fflush(stdout);
}

bool check(bool passed, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    line(passed, format, arguments);
    va_end(arguments);
    end();
    return passed;
}

bool equal(uint64_t is, uint64_t should, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    line(is == should, format, arguments);
    va_end(arguments);
    if (is != should) printf(": %#lx, not %#lx", is, should);
    end();
    return is == should;
}

void require(bool passed, const char *format, ...) {
    if (passed) return;
    va_list arguments;
    va_start(arguments, format);
    line(false, format, arguments);
    va_end(arguments);
    end();
    exit(checked());
}

int checked(void) {
    printf("1..%d\n", count);
    fflush(stdout);
    return failures != 0;
}

double patience(double usually) { return getenv("INCLAVARE_LONG_TESTS") ? 30 : usually; }

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
