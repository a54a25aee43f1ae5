// peak COMMAND ...: the largest resident set, in KiB, of the command and of those of its children it waited for.
//
// From a small program: a process counts what its parent had before it became another program.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    pid_t child = fork();
    if (child == 0) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) return 1;
    fprintf(stderr, "\npeak %ld\n", usage.ru_maxrss);
    return 0;
}
