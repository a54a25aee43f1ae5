// A thread for each connection, all blocking, while the main thread computes: every answer comes back right.
#include "loopback.h"

enum { THREADS = 8, ROUNDS = 50 };
static int listener;
static struct sockaddr_storage address;
static socklen_t length;
static atomic_int answered;

static void *serve(void *unused) {
    int s = accept(listener, NULL, NULL);
    int number;
    while (recv(s, &number, sizeof number, MSG_WAITALL) == sizeof number) {
        number *= 2;
        if (send(s, &number, sizeof number, 0) != sizeof number) break;
    }
    close(s);
    return unused;
}

static void *ask(void *argument) {
    int s = socket(AF_INET, SOCK_STREAM, 0), base = (int)(long)argument;
    if (connect(s, (struct sockaddr *)&address, length) != 0) return NULL;
    for (int round = 0; round < ROUNDS; round++) {
        int number = base * 1000 + round, asked = number;
        if (send(s, &number, sizeof number, 0) != sizeof number) return NULL;
        if (recv(s, &number, sizeof number, MSG_WAITALL) != sizeof number) return NULL;
        if (number == asked * 2) answered++;
    }
    close(s);
    return NULL;
}

int main(void) {
    listener = listening(AF_INET, &address, &length);
    CHECK(listener >= 0);
    pthread_t threads[THREADS * 2];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, serve, NULL);
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[THREADS + i], NULL, ask, (void *)(long)i);
    volatile unsigned long sum = 0;
    for (unsigned long i = 0; i < 300000000ul && answered < THREADS * ROUNDS; i++) sum += i;
    for (int i = 0; i < THREADS * 2; i++) pthread_join(threads[i], NULL);
    CHECK(answered == THREADS * ROUNDS);
    return done();
}
