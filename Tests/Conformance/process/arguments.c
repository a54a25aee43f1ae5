// A program finds its arguments, its environment, its directory and its own file.
#include "../check.h"
#include <limits.h>
#include <sys/auxv.h>

extern char **environ;

int main(int argc, char **argv) {
    CHECK(argc == 1 && argv[1] == NULL);
    for (char **variable = environ; *variable; variable++) PRINT("%s", *variable);
    char path[PATH_MAX];
    CHECK(getcwd(path, sizeof path) != NULL);
    CHECK(path[0] == '/');
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    CHECK(length > 0 && (size_t)length < sizeof path);
    PRINT("%.*s", (int)length, path);
    CHECK(strcmp((char *)getauxval(AT_EXECFN), argv[0]) == 0);
    CHECK(getauxval(AT_PAGESZ) == 4096);
    CHECK_ERRNO(getcwd(path, 1) ? 0 : -1, ERANGE);
    return done();
}
