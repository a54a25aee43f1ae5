// The kernel heap: a buddy allocator of pages, and size classes of small objects carved from single pages.
//
// With dynamic memory it begins with the pages that were added and accepts more of its range when those are used up.
#include "CEnclave.h"

#define PAGE 4096u
#define ORDERS 20
#define CLASSES 14
#define GROWTH 64  // pages accepted at a time, at least
enum { FREE_HEAD = 0x40, PART = 0x3f, SMALL = 0x80 };  // page tags: order of a free block | its other pages | class of a page of small ones; else order of a used block

static const uint16_t class_size[CLASSES] = {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1360, 2048};

typedef struct node { struct node *next, *previous; } node;

static struct {
    spin_lock lock;
    unsigned char *base;
    uint8_t *tags;
    size_t pages, most, used, peak;
    int refused;  // whether the host's refusal ended the last growth
    node free_blocks[ORDERS];
    node *free_small[CLASSES];
} heap;


static void take(void) {
    while (!spin_try(&heap.lock)) cpu_relax();
}

static void link_block(size_t page, unsigned order) {
    node *n = (node *)(heap.base + page * PAGE), *head = &heap.free_blocks[order];
    n->next = head->next, n->previous = head;
    head->next->previous = n, head->next = n;
    heap.tags[page] = (uint8_t)(FREE_HEAD | order);
}

static void unlink_block(size_t page) {
    node *n = (node *)(heap.base + page * PAGE);
    n->previous->next = n->next, n->next->previous = n->previous;
}

static void free_block(size_t page, unsigned order) {
    while (order + 1 < ORDERS) {
        size_t buddy = page ^ ((size_t)1 << order);
        if (buddy + ((size_t)1 << order) > heap.pages || heap.tags[buddy] != (FREE_HEAD | order)) break;
        unlink_block(buddy);
        heap.tags[buddy] = heap.tags[page] = PART;
        page &= ~((size_t)1 << order);
        order++;
    }
    link_block(page, order);
}

// Pages that belong to nobody yet become free blocks, the largest aligned ones first.
static void free_range(size_t page, size_t end) {
    while (page < end) {
        unsigned order = 0;
        while (order + 1 < ORDERS && !(page & ((size_t)1 << order)) && page + ((size_t)2 << order) <= end) order++;
        free_block(page, order);
        page += (size_t)1 << order;
    }
}

// Accepts pages behind the last one, so many that a block of this order fits; what the host does not give ends it.
static int grow(unsigned order) {
    size_t size = (size_t)1 << order, old = heap.pages;
    size_t end = ((old + size - 1) & ~(size - 1)) + size;
    if (end < old + GROWTH) end = old + GROWTH;
    if (end > heap.most) end = heap.most;
    size_t page = old + pages_accept_new((uint64_t)(heap.base + old * PAGE), end - old);
    heap.pages = page;
    heap.refused = page < end;
    free_range(old, page);
    return page > old;
}

static unsigned smallest_free(unsigned order) {
    while (order < ORDERS && heap.free_blocks[order].next == &heap.free_blocks[order]) order++;
    return order;
}

static size_t take_block(unsigned order) {
    unsigned from = smallest_free(order);
    while (from == ORDERS && grow(order)) from = smallest_free(order);
    if (from == ORDERS) return SIZE_MAX;
    size_t page = (size_t)((unsigned char *)heap.free_blocks[from].next - heap.base) / PAGE;
    unlink_block(page);
    while (from > order) {
        from--;
        link_block(page + ((size_t)1 << from), from);
    }
    heap.tags[page] = (uint8_t)order;
    heap.used += (size_t)PAGE << order;
    if (heap.used > heap.peak) heap.peak = heap.used;
    return page;
}

void heap_initialise(void *start, size_t length, size_t added) {
    heap.base = start;
    heap.pages = added / PAGE;
    heap.most = length / PAGE;
    for (unsigned i = 0; i < ORDERS; i++) heap.free_blocks[i].next = heap.free_blocks[i].previous = &heap.free_blocks[i];
    // The tags of the whole range lie in what was added.
    size_t tag_pages = (heap.most + PAGE - 1) / PAGE;
    heap.tags = start;
    memset(heap.tags, PART, heap.most);
    free_range(tag_pages, heap.pages);
}

size_t heap_held(void) { return heap.pages * PAGE; }
size_t heap_used(void) { return heap.used; }
size_t heap_peak(void) { return heap.peak; }

static unsigned order_of(size_t bytes) {
    unsigned order = 0;
    while (order < ORDERS && ((size_t)PAGE << order) < bytes) order++;
    return order;
}

void *heap_pages(size_t bytes) {
    unsigned order = order_of(bytes);
    if (order >= ORDERS) return 0;
    take();
    size_t page = take_block(order);
    spin_unlock(&heap.lock);
    return page == SIZE_MAX ? 0 : heap.base + page * PAGE;
}

void heap_pages_free(void *pages, size_t bytes) {
    unsigned order = order_of(bytes);
    take();
    heap.used -= (size_t)PAGE << order;
    free_block((size_t)((unsigned char *)pages - heap.base) / PAGE, order);
    spin_unlock(&heap.lock);
}

static void *take_small(unsigned class) {
    node *n = heap.free_small[class];
    if (!n) {
        size_t page = take_block(0);
        if (page == SIZE_MAX) return 0;
        heap.tags[page] = (uint8_t)(SMALL | class);
        unsigned char *p = heap.base + page * PAGE;
        for (size_t at = 0; at + class_size[class] <= PAGE; at += class_size[class]) {
            ((node *)(p + at))->next = n;
            n = (node *)(p + at);
        }
    }
    heap.free_small[class] = n->next;
    return n;
}

// Swift has no way to go without. Nothing can be logged either, which takes memory and the kernel's lock: the code alone says why.
__attribute__((noreturn)) static void no_memory(void) { enclave_panic(heap.refused ? 9 : 3); }

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (size <= 2048 && alignment <= 64) {
        unsigned class = 0;
        while (class < CLASSES && (class_size[class] < size || (class_size[class] & (alignment - 1)))) class++;
        if (class < CLASSES) {
            take();
            *out = take_small(class);
            spin_unlock(&heap.lock);
            if (*out) return 0;
            no_memory();
        }
    }
    if (alignment > PAGE) enclave_panic(3);
    *out = heap_pages(size ? size : 1);
    if (!*out) no_memory();
    return 0;
}

void free(void *p) {
    if (!p) return;
    size_t page = (size_t)((unsigned char *)p - heap.base) / PAGE;
    if (page >= heap.pages) enclave_panic(7);
    take();
    uint8_t tag = heap.tags[page];
    if (tag & SMALL) {
        unsigned class = tag & 0x3f;
        ((node *)p)->next = heap.free_small[class];
        heap.free_small[class] = p;
    } else {
        heap.used -= (size_t)PAGE << tag;
        free_block(page, tag);
    }
    spin_unlock(&heap.lock);
}
spin_lock kernel_lock;
