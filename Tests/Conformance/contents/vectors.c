// readv, writev, preadv, pwritev and their second versions.
#include "../check.h"
#include <fcntl.h>
#include <sys/uio.h>

#ifndef RWF_APPEND
#define RWF_APPEND 0x10
#endif

int main(void) {
    char a[4], b[8], c[16];
    struct iovec in[3] = {{a, 4}, {b, 0}, {c, 16}}, out[3] = {{"one", 3}, {"", 0}, {"two", 3}};
    int f = open("f", O_CREAT | O_RDWR, 0644);
    CHECK(writev(f, out, 3) == 6);
    CHECK(pwritev(f, out, 3, 6) == 6 && lseek(f, 0, SEEK_CUR) == 6);
    CHECK(lseek(f, 0, SEEK_SET) == 0 && readv(f, in, 3) == 12 && !memcmp(a, "onet", 4) && !memcmp(c, "woonetwo", 8));
    CHECK(readv(f, in, 3) == 0);
    CHECK(preadv(f, in, 3, 3) == 9 && !memcmp(a, "twoo", 4));
    CHECK(preadv2(f, in, 1, 1, 0) == 4 && !memcmp(a, "netw", 4));
    CHECK(lseek(f, 2, SEEK_SET) == 2 && preadv2(f, in, 1, -1, 0) == 4 && lseek(f, 0, SEEK_CUR) == 6);
    CHECK(pwritev2(f, out, 1, -1, 0) == 3 && lseek(f, 0, SEEK_CUR) == 9);
    CHECK(pwritev2(f, out, 1, 0, RWF_APPEND) == 3 && lseek(f, 0, SEEK_END) == 15);
    CHECK(pwritev2(f, out, 1, 0, RWF_DSYNC) == 3 && pwritev2(f, out, 1, 0, RWF_SYNC) == 3);
    CHECK(preadv2(f, in, 1, 0, RWF_HIPRI) == 4);
    CHECK_ERRNO(preadv2(f, in, 1, 0, 0x4000), EOPNOTSUPP);
    CHECK_ERRNO(pwritev2(f, out, 1, 0, 0x4000), EOPNOTSUPP);
    CHECK_ERRNO(preadv(f, in, 1, -1), EINVAL);
    CHECK_ERRNO(preadv2(f, in, 1, -2, 0), EINVAL);
    CHECK_ERRNO(readv(f, in, -1), EINVAL);
    CHECK_ERRNO(readv(f, in, 1025), EINVAL);
    CHECK(readv(f, in, 0) == 0);
    CHECK_ERRNO(readv(f, (void *)8, 1), EFAULT);
    struct iovec bad[2] = {{a, 1}, {a, (size_t)1 << 63}};
    CHECK_ERRNO(readv(f, bad, 2), EINVAL);
    CHECK_ERRNO(readv(99, in, 1), EBADF);
    int w = open("f", O_WRONLY);
    CHECK_ERRNO(readv(w, in, 1), EBADF);
    CHECK_ERRNO(preadv(w, in, 1, 0), EBADF);
    int p[2];
    CHECK(pipe(p) == 0);
    CHECK_ERRNO(preadv(p[0], in, 1, 0), ESPIPE);
    CHECK_ERRNO(pwritev(p[1], out, 1, 0), ESPIPE);
    CHECK(writev(p[1], out, 3) == 6 && readv(p[0], in, 3) == 6);
    CHECK(pwritev2(p[1], out, 1, -1, 0) == 3 && preadv2(p[0], in, 1, -1, 0) == 3);
    // A buffer that is not there: what came before it counts.
    struct iovec half[2] = {{a, 4}, {(void *)8, 4}};
    CHECK(lseek(f, 0, SEEK_SET) == 0 && readv(f, half, 2) == 4);
    CHECK(lseek(f, 0, SEEK_CUR) == 4);
    CHECK_ERRNO(pread(f, (void *)8, 4, 0), EFAULT);
    CHECK_ERRNO(write(f, (void *)8, 4), EFAULT);
    CHECK_ERRNO(pread(f, a, 4, -1), EINVAL);
    CHECK(read(f, NULL, 0) == 0);
    return done();
}
