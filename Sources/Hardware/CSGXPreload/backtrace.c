// Swift's library brings a handler of crashes with it. At the start of every program it reads the environment and the file system,
// prints what it misses and may take over signals; a library that is preloaded must do none of this.
//
// It is a part of an archive, taken for two names. They stand here, so the part stays out: settings that are off when they are
// zero, and what a debugger would ask about a symbol.
#include <stdbool.h>
#include <stdint.h>

uint64_t _swift_backtraceSettings[64];
bool _swift_backtrace_isThunkFunction(const char *name);

bool _swift_backtrace_isThunkFunction(const char *name) {
    (void)name;
    return false;
}
