// getifaddrs and if_nameindex: the loopback device and its addresses, asked over a route socket.
#include "loopback.h"
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

static int is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) return ((struct sockaddr_in *)address)->sin_addr.s_addr == htonl(INADDR_LOOPBACK);
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((struct sockaddr_in6 *)address)->sin6_addr);
}

int main(void) {
    struct ifaddrs *list, *entry;
    CHECK(getifaddrs(&list) == 0);
    int links = 0, internet = 0, internet6 = 0, masks = 0;
    for (entry = list; entry; entry = entry->ifa_next) {
        if (strcmp(entry->ifa_name, "lo") != 0 || !entry->ifa_addr) continue;
        if (entry->ifa_addr->sa_family == AF_PACKET) links++;
        if (!is_loopback(entry->ifa_addr)) continue;
        if (entry->ifa_addr->sa_family == AF_INET6) {
            internet6++;
        } else {
            internet++;
            masks += ((struct sockaddr_in *)entry->ifa_netmask)->sin_addr.s_addr == htonl(0xff000000);
        }
        CHECK(entry->ifa_flags & IFF_LOOPBACK && entry->ifa_flags & IFF_UP);
    }
    CHECK(links == 1);
    CHECK(internet == 1 && masks == 1);
    CHECK(internet6 == 1);
    freeifaddrs(list);

    CHECK(if_nametoindex("lo") == 1);
    char name[IF_NAMESIZE];
    CHECK(if_indextoname(1, name) && strcmp(name, "lo") == 0);
    CHECK(if_nametoindex("nosuchdevice") == 0 && errno == ENODEV);
    struct if_nameindex *names = if_nameindex();
    CHECK(names && names[0].if_index == 1 && strcmp(names[0].if_name, "lo") == 0);
    if_freenameindex(names);
    return done();
}
