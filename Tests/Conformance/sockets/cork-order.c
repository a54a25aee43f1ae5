// Sends of all sizes, corked, with MSG_MORE and without, into a connection that is read slowly: every byte comes once and in order.
#include "loopback.h"

enum { TOTAL = 24 << 20, LONGEST = 60000 };

static unsigned char pattern(long at) { return (unsigned char)(at * 131 + (at >> 8) * 17 + (at >> 16)); }

static void *read_all(void *argument) {
    int fd = *(int *)argument;
    static unsigned char buffer[40000];
    long at = 0, wrong = 0;
    unsigned seed = 7;
    while (1) {
        seed = seed * 1103515245 + 12345;
        long got = recv(fd, buffer, 1 + seed / 65536 % sizeof buffer, 0);
        if (got <= 0) break;
        for (long i = 0; i < got; i++) wrong += buffer[i] != pattern(at + i);
        at += got;
        if (seed / 65536 % 512 == 0) usleep(2000);
    }
    CHECK(wrong == 0);
    CHECK(at == TOTAL);
    return NULL;
}

/// As much as is taken; waits where the socket does not.
static long push(int fd, const unsigned char *bytes, long count, int flags) {
    long sent = send(fd, bytes, count, flags);
    if (sent >= 0 || errno != EAGAIN) return sent;
    return ready(fd, POLLOUT, 10000) > 0 ? 0 : -1;
}

static void write_all(int fd, int flags) {
    static unsigned char bytes[LONGEST];
    long at = 0, failures = 0;
    unsigned seed = 1;
    while (at < TOTAL) {
        seed = seed * 1103515245 + 12345;
        unsigned draw = seed / 65536;
        int on = draw & 1;
        if (draw % 5 == 0) failures += setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on) != 0;
        long count = draw % 7 == 0 ? 1 + draw * 31 % LONGEST : 1 + draw % 900;
        if (count > TOTAL - at) count = TOTAL - at;
        for (long i = 0; i < count; i++) bytes[i] = pattern(at + i);
        long sent = push(fd, bytes, count, flags | (draw % 3 == 0 ? MSG_MORE : 0));
        if (sent < 0) failures += 1;
        if (failures > 0) break;
        at += sent;
    }
    CHECK(failures == 0);
    CHECK(at == TOTAL);
}

static void transfer(int flags, int half) {
    int ends[2];
    CHECK(connection(AF_INET, ends) == 0);
    pthread_t reader;
    pthread_create(&reader, NULL, read_all, &ends[1]);
    write_all(ends[0], flags);
    int ended = half ? shutdown(ends[0], SHUT_WR) : close(ends[0]);
    pthread_join(reader, NULL);
    // Only now: the reader prints too.
    CHECK(ended == 0);
    if (half) close(ends[0]);
    close(ends[1]);
}

int main(void) {
    transfer(0, 0);
    transfer(MSG_DONTWAIT, 0);
    transfer(MSG_DONTWAIT, 1);
    return done();
}
