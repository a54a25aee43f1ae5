// fsync and its relatives, posix_fadvise, readahead.
#include "../check.h"
#include <fcntl.h>

int main(void) {
    int f = open("f", O_CREAT | O_RDWR, 0644), r = open("f", O_RDONLY), d = open(".", O_RDONLY), p[2];
    CHECK(pipe(p) == 0 && write(f, "x", 1) == 1);
    CHECK(fsync(f) == 0 && fdatasync(f) == 0 && fsync(r) == 0 && fsync(d) == 0);
    CHECK_ERRNO(fsync(p[0]), EINVAL);
    CHECK_ERRNO(fdatasync(99), EBADF);
    sync();
    CHECK(syncfs(f) == 0 && syncfs(d) == 0);
    CHECK_ERRNO(syncfs(99), EBADF);
    CHECK(sync_file_range(f, 0, 0, SYNC_FILE_RANGE_WRITE) == 0);
    CHECK_ERRNO(sync_file_range(f, -1, 0, SYNC_FILE_RANGE_WRITE), EINVAL);
    CHECK_ERRNO(sync_file_range(f, 0, 0, 0x100), EINVAL);
    CHECK_ERRNO(sync_file_range(p[0], 0, 0, SYNC_FILE_RANGE_WRITE), ESPIPE);
    CHECK_ERRNO(sync_file_range(99, 0, 0, 1), EBADF);
    for (int advice = 0; advice <= 5; advice++) CHECK(posix_fadvise(f, 0, 0, advice) == 0);
    CHECK(posix_fadvise(f, 0, 0, 6) == EINVAL && posix_fadvise(f, 0, -1, 0) == EINVAL);
    CHECK(posix_fadvise(p[0], 0, 0, 0) == ESPIPE && posix_fadvise(99, 0, 0, 0) == EBADF);
    CHECK(readahead(f, 0, 100) == 0);
    CHECK_ERRNO(readahead(p[0], 0, 100), EINVAL);
    CHECK_ERRNO(readahead(99, 0, 100), EBADF);
    int w = open("f", O_WRONLY);
    CHECK_ERRNO(readahead(w, 0, 100), EBADF);
    return done();
}
