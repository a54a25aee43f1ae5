#define _GNU_SOURCE
#include "CHostileHost.h"

#include <string.h>

bool hostile_holds(const void *area, size_t length, const void *bytes, size_t count) {
    return memmem(area, length, bytes, count) != NULL;
}
