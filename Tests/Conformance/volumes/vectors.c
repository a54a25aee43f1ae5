// readv, writev, preadv and pwritev take pieces of all sizes across the borders of blocks.
#include "../check.h"
#include <fcntl.h>
#include <sys/uio.h>

static char one[3000], two[6000], three[1], found[10000];

int main(void) {
    memset(one, '1', sizeof one), memset(two, '2', sizeof two), three[0] = '3';
    struct iovec parts[] = {{one, sizeof one}, {NULL, 0}, {two, sizeof two}, {three, 1}};
    int fd = open("a", O_RDWR | O_CREAT, 0600);
    CHECK(writev(fd, parts, 4) == 9001);
    CHECK(pread(fd, found, sizeof found, 0) == 9001);
    CHECK(found[2999] == '1' && found[3000] == '2' && found[8999] == '2' && found[9000] == '3');
    CHECK(pwritev(fd, parts, 1, 8000) == 3000);
    CHECK(lseek(fd, 0, SEEK_END) == 11000);
    memset(one, 0, sizeof one), memset(two, 0, sizeof two);
    CHECK(preadv(fd, parts, 4, 2999) == 8001);
    CHECK(one[0] == '1' && one[1] == '2' && two[0] == '2' && two[2000] == '2' && two[2001] == '1');
    CHECK(lseek(fd, 10999, SEEK_SET) == 10999 && readv(fd, parts, 4) == 1);
    CHECK(readv(fd, parts, 4) == 0);
    CHECK_ERRNO(readv(fd, parts, -1), EINVAL);
    CHECK_ERRNO(preadv(fd, parts, 4, -1), EINVAL);
    CHECK(readv(fd, parts, 0) == 0);
    close(fd), unlink("a");
    return done();
}
