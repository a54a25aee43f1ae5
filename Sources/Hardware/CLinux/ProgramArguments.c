#include "CLinuxStart.h"

static int argument_count;
static char *const *arguments;

__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

char *const *cl_program_arguments(int *count) {
    *count = argument_count;
    return arguments;
}
