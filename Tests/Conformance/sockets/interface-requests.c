// The ioctls that ask for interfaces, on sockets of any family.
#include "loopback.h"
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/un.h>

static struct ifreq request;

static int ask(int s, unsigned long number, const char *name) {
    memset(&request, 0, sizeof request);
    strcpy(request.ifr_name, name);
    return ioctl(s, number, &request);
}

static unsigned address(const struct sockaddr *a) { return ntohl(((struct sockaddr_in *)a)->sin_addr.s_addr); }

int main(void) {
    int families[] = {AF_INET, AF_INET6, AF_UNIX};
    for (int i = 0; i < 3; i++) {
        int s = socket(families[i], SOCK_DGRAM, 0);
        CHECK(ask(s, SIOCGIFINDEX, "lo") == 0 && request.ifr_ifindex == 1);
        CHECK(ask(s, SIOCGIFFLAGS, "lo") == 0 && request.ifr_flags & IFF_UP && request.ifr_flags & IFF_LOOPBACK);
        CHECK_ERRNO(ask(s, SIOCGIFINDEX, "nosuchdevice"), ENODEV);
        close(s);
    }
    int s = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(ask(s, SIOCGIFADDR, "lo") == 0 && address(&request.ifr_addr) == INADDR_LOOPBACK);
    CHECK(request.ifr_addr.sa_family == AF_INET);
    CHECK(ask(s, SIOCGIFNETMASK, "lo") == 0 && address(&request.ifr_netmask) == 0xff000000);
    CHECK(ask(s, SIOCGIFMTU, "lo") == 0 && request.ifr_mtu == 65536);
    CHECK(ask(s, SIOCGIFHWADDR, "lo") == 0 && request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK);
    memset(&request, 0, sizeof request);
    request.ifr_ifindex = 1;
    CHECK(ioctl(s, SIOCGIFNAME, &request) == 0 && strcmp(request.ifr_name, "lo") == 0);
    request.ifr_ifindex = 30000;
    CHECK_ERRNO(ioctl(s, SIOCGIFNAME, &request), ENODEV);

    struct ifreq entries[4];
    struct ifconf all = {.ifc_len = sizeof entries, .ifc_req = entries};
    CHECK(ioctl(s, SIOCGIFCONF, &all) == 0 && all.ifc_len >= (int)sizeof *entries);
    CHECK(strcmp(entries[0].ifr_name, "lo") == 0 && address(&entries[0].ifr_addr) == INADDR_LOOPBACK);
    int used = all.ifc_len;
    all.ifc_buf = NULL;
    CHECK(ioctl(s, SIOCGIFCONF, &all) == 0 && all.ifc_len == used);
    all = (struct ifconf){.ifc_len = sizeof *entries - 1, .ifc_req = entries};
    CHECK(ioctl(s, SIOCGIFCONF, &all) == 0 && all.ifc_len == 0);
    CHECK_ERRNO(ioctl(s, SIOCGIFADDR, NULL), EFAULT);
    CHECK_ERRNO(ioctl(s, TCGETS, &request), ENOTTY);
    return done();
}
