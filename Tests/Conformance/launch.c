// Starts one conformance program, natively and in the enclave alike: launch DIRECTORY PROGRAM makes the directory, goes there and
// becomes the program. launch --loopback gives a new network namespace its loopback address.
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int loopback(void) {
    struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strcpy(request.ifr_name, "lo");
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s < 0 || ioctl(s, SIOCSIFFLAGS, &request) != 0) {
        perror("launch: loopback");
        return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--loopback") == 0) return loopback();
    if (argc != 3) {
        fprintf(stderr, "usage: launch DIRECTORY PROGRAM\n");
        return 2;
    }
    if ((mkdir(argv[1], 0755) != 0 && errno != EEXIST) || chdir(argv[1]) != 0) {
        perror(argv[1]);
        return 2;
    }
    // Descriptors of whoever started the harness are not the program's.
    if (close_range(3, ~0U, 0) != 0) {
        perror("launch: close_range");
        return 2;
    }
    char *arguments[] = {argv[2], NULL};
    char *environment[] = {"PATH=/bin", "LANG=C", NULL};
    execve(argv[2], arguments, environment);
    perror(argv[2]);
    return 2;
}
