// The device's descriptor under other numbers: dup, fcntl, SCM_RIGHTS; and an enclave that outlives all of them.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "foreign.h"

static int by_socket(int file) {
    int pair[2];
    char byte = 1, space[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "a pair of sockets");
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS, header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &file, sizeof file);
    require(sendmsg(pair[0], &message, 0) == 1 && recvmsg(pair[1], &message, 0) == 1, "a descriptor travels");
    memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof file);
    close(pair[0]), close(pair[1]);
    return file;
}

static void is_device(int file, const char *path) {
    struct stat status, by_path;
    equal((uint64_t)fstat(file, &status), 0, "fstat of %s", path);
    check(S_ISCHR(status.st_mode), "%s is a character device: mode %o", path, status.st_mode);
    equal((uint64_t)stat(path, &by_path), 0, "stat of %s", path);
    check(by_path.st_rdev == status.st_rdev && major(status.st_rdev) == 10, "both tell one device of the misc class: %u:%u, %u:%u",
          major(status.st_rdev), minor(status.st_rdev), major(by_path.st_rdev), minor(by_path.st_rdev));
    equal((uint64_t)access(path, R_OK | W_OK), 0, "access to %s", path);
}

static int moved(int file, int (*move)(int)) {
    int other = move(file);
    require(other >= 0 && other != file, "another number for the descriptor: %m");
    close(file);
    return other;
}

static int duplicate(int file) { return fcntl(file, F_DUPFD_CLOEXEC, 100); }

static bool counts(const struct recipe *recipe, void (*in_between)(void)) {
    struct enclave enclave;
    struct operation op = {.kind = COUNT, .a = 1};
    if (enclave_make(&enclave, recipe) != 0) return false;
    if (in_between) in_between();
    bool right = enclave_ask(&enclave, 0, &op) == 1000;
    enclave.file = -1;
    enclave_end(&enclave);
    return right;
}

static void close_all(void) { closefrom(3); }

static void at_the_limit(void) {
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){3, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    check(open("/dev/sgx_enclave", O_RDWR) < 0 && errno == EMFILE, "without a free number the device does not open: %m");
    setrlimit(RLIMIT_NOFILE, &before);
}

static void becomes_another(char *program) {
    pid_t pid = fork();
    if (pid == 0) {
        execl("/proc/self/exe", program, "again", NULL);
        _exit(9);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    equal((uint64_t)status, 0, "after an exec there are enclaves again (wait status)");
}

int main(int count, char **words) {
    struct enclave enclave;
    struct recipe recipe = {0};
    if (count > 1) return !counts(&recipe, NULL);
    require(enclave_open(&enclave, &recipe) == 0, "the device opens");
    is_device(enclave.file, "/dev/sgx_enclave");
    enclave.file = moved(enclave.file, dup);
    equal((uint64_t)enclave_create(&enclave, &recipe), 0, "ECREATE through a dup, the first one closed");
    enclave.file = moved(enclave.file, duplicate);
    check(enclave.file >= 100, "fcntl gave number %d", enclave.file);
    equal((uint64_t)enclave_add_all(&enclave, &recipe), 0, "pages through fcntl's");
    enclave.file = moved(enclave.file, by_socket);
    equal((uint64_t)enclave_initialise(&enclave, &recipe), 0, "EINIT through one that came by a socket");
    int other = open("/dev/null", O_RDWR);
    enclave.file = dup2(enclave.file, other) == other ? (close(enclave.file), other) : -1;
    equal((uint64_t)enclave_map_all(&enclave, &recipe), 0, "mappings through dup2's");
    struct operation op = {.kind = COUNT, .a = 1};
    equal(enclave_ask(&enclave, 0, &op), 1000, "the enclave is entered");
    close(enclave.file);
    equal(enclave_ask(&enclave, 0, &op), 1001, "also when no descriptor is left");
    check(ioctl(enclave.file, SGX_IOC_ENCLAVE_CREATE, NULL) < 0 && errno == EBADF, "an ioctl of a closed one is EBADF: %m");
    int null = open("/dev/null", O_RDWR);
    check(ioctl(null, SGX_IOC_ENCLAVE_CREATE, NULL) < 0 && errno == ENOTTY, "an ioctl of another file is that file's: %m");
    munmap((void *)enclave.base, enclave.size);
    check(msync((void *)enclave.base, PAGE, MS_ASYNC) < 0 && errno == ENOMEM, "nothing is left mapped");
    int again = open("/dev/sgx_enclave", O_RDWR), folder = open("/dev", O_RDONLY | O_DIRECTORY);
    check(again >= 0 && openat(folder, "sgx_enclave", O_RDWR) >= 0, "the device opens again, from its folder too");
    check(open("/dev/sgx/enclave", O_RDWR) >= 0, "and by its other name");
    int provision = open("/dev/sgx_provision", O_RDONLY);
    struct stat status;
    check(provision >= 0 && fstat(provision, &status) == 0 && S_ISCHR(status.st_mode), "so does /dev/sgx_provision");
    check(ioctl(provision, SGX_IOC_ENCLAVE_CREATE, NULL) < 0 && errno == ENOTTY, "which has no ioctls: %m");
    check(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, provision, 0) == MAP_FAILED && errno == ENODEV, "nor mmap: %m");
    check(counts(&recipe, close_all), "an enclave works when the program has closed every number it may have");
    at_the_limit();
    becomes_another(words[0]);
    return checked();
}
