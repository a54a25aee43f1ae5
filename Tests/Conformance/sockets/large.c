// Ten megabytes from one thread to another, both blocking, in pieces larger than any buffer.
#include "loopback.h"

enum { SIZE = 10 << 20 };
static unsigned char out[SIZE], in[SIZE];

static void *send_all(void *argument) {
    int s = *(int *)argument;
    long sent = write(s, out, SIZE);
    shutdown(s, SHUT_WR);
    return (void *)sent;
}

int main(void) {
    int ends[2];
    CHECK(connection(AF_INET, ends) == 0);
    for (unsigned i = 0; i < SIZE; i++) out[i] = (unsigned char)(i * 2654435761u >> 13);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, send_all, &ends[0]) == 0);
    long total = 0, count;
    while ((count = read(ends[1], in + total, SIZE - total)) > 0) total += count;
    void *sent;
    pthread_join(thread, &sent);
    CHECK((long)sent == SIZE);
    CHECK(total == SIZE && memcmp(in, out, SIZE) == 0);

    CHECK(connection(AF_INET, ends) == 0);
    CHECK(pthread_create(&thread, NULL, send_all, &ends[0]) == 0);
    memset(in, 0, SIZE);
    CHECK(recv(ends[1], in, SIZE, MSG_WAITALL) == SIZE);
    pthread_join(thread, &sent);
    CHECK(memcmp(in, out, SIZE) == 0);
    return done();
}
