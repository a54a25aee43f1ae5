// /proc/self/maps: a line for each mapping, neighbours that are alike joined.
#include "../check.h"
#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

// Rights of the mapping that holds the address, its length in pages and its name.
static int find(void *at, char *rights, unsigned long *pages, char *name) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    int found = 0;
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end, offset, inode;
        char device[16], path[256] = "", text[8];
        if (sscanf(line, "%lx-%lx %4s %lx %15s %lu %255s", &start, &end, text, &offset, device, &inode, path) < 6) continue;
        if ((unsigned long)at < start || (unsigned long)at >= end) continue;
        strcpy(rights, text);
        *pages = (end - start) / PAGE;
        strcpy(name, path);
        found = 1;
    }
    fclose(maps);
    return found;
}

int main(void) {
    char rights[8], name[256];
    unsigned long pages;
    char *p = mmap(NULL, 20 * PAGE, PROT_NONE, PRIVATE, -1, 0);
    char *q = p + 4 * PAGE;
    CHECK(mprotect(q, 8 * PAGE, RW) == 0);
    CHECK(find(q, rights, &pages, name) && strcmp(rights, "rw-p") == 0 && pages == 8 && !*name);
    CHECK(mprotect(q + 2 * PAGE, PAGE, PROT_READ) == 0);
    CHECK(find(q, rights, &pages, name) && pages == 2);
    CHECK(find(q + 2 * PAGE, rights, &pages, name) && strcmp(rights, "r--p") == 0 && pages == 1);
    CHECK(find(q + 3 * PAGE, rights, &pages, name) && strcmp(rights, "rw-p") == 0 && pages == 5);
    CHECK(mprotect(q + 2 * PAGE, PAGE, RW) == 0);
    CHECK(find(q, rights, &pages, name) && pages == 8);
    CHECK(munmap(q + 3 * PAGE, PAGE) == 0);
    CHECK(!find(q + 3 * PAGE, rights, &pages, name));
    int file = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(ftruncate(file, 4 * PAGE) == 0);
    char *f = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, file, 0);
    CHECK(find(f, rights, &pages, name) && strcmp(rights, "r--s") == 0 && pages == 4 && strcmp(strrchr(name, '/'), "/file") == 0);
    int local;
    CHECK(find(&local, rights, &pages, name) && strcmp(name, "[stack]") == 0 && strcmp(rights, "rw-p") == 0);
    CHECK(find((void *)main, rights, &pages, name) && strcmp(rights, "r-xp") == 0);
    CHECK(find(malloc(100), rights, &pages, name) && strcmp(name, "[heap]") == 0);
    return done();
}
