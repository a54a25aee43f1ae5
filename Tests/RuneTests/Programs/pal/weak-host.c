// A host that loads a library and goes into the image's files without forbidding anything: what the library then tries succeeds.
// Arguments: the library, the root filesystem.
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

struct attributes {
    const char *args;
    const char *log_level;
};

int main(int count, char **arguments) {
    if (count != 3) return 2;
    int (*initialise)(const struct attributes *) = (int (*)(const struct attributes *))dlsym(dlopen(arguments[1], RTLD_NOW), "pal_init");
    if (chroot(arguments[2]) || chdir("/")) return 3;
    struct attributes given = {"image", "info"};
    return initialise(&given);
}
