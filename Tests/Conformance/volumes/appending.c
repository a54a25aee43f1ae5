// O_APPEND writes at the end, whoever moved it, and even with pwrite.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

int main(void) {
    char buffer[32];
    int first = open("a", O_RDWR | O_CREAT | O_APPEND, 0600);
    int second = open("a", O_WRONLY | O_APPEND);
    CHECK(write(first, "1", 1) == 1 && write(second, "2", 1) == 1 && write(first, "3", 1) == 1);
    CHECK(lseek(first, 0, SEEK_CUR) == 3);
    CHECK(lseek(second, 0, SEEK_SET) == 0 && write(second, "4", 1) == 1);
    CHECK(pwrite(first, "5", 1, 0) == 1);
    CHECK(pread(first, buffer, sizeof buffer, 0) == 5 && memcmp(buffer, "12345", 5) == 0);
    CHECK(fcntl(second, F_SETFL, 0) == 0);
    CHECK(pwrite(second, "x", 1, 1) == 1);
    CHECK(pread(first, buffer, sizeof buffer, 0) == 5 && memcmp(buffer, "1x345", 5) == 0);
    CHECK(ftruncate(second, 1) == 0 && write(first, "yz", 2) == 2);
    CHECK(pread(first, buffer, sizeof buffer, 0) == 3 && memcmp(buffer, "1yz", 3) == 0);
    close(first), close(second), unlink("a");
    return done();
}
