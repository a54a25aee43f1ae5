# A machine of its own as far as engines see one: mounts, cgroups, /etc, /run and a network that nobody else has, and a small image.
mount -t proc proc /proc
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t mqueue mqueue /dev/mqueue 2>/dev/null || { mkdir -p /dev/mqueue && mount -t mqueue mqueue /dev/mqueue; }
mkdir -p "$work"/{etc,etc-work,lib,lib-work,home}
mount -t overlay -o "lowerdir=/etc,upperdir=$work/etc,workdir=$work/etc-work" etc /etc
mount -t overlay -o "lowerdir=/var/lib,upperdir=$work/lib,workdir=$work/lib-work" lib /var/lib
# A namespace of cgroups shows its own in a new mount only. containerd's metrics want every hierarchy that /proc tells of.
umount -l -R /sys/fs/cgroup
mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
while IFS=: read -r _ controllers _; do
    folder=${controllers#name=}
    mkdir -p "/sys/fs/cgroup/${folder:=unified}"
    if [ -n "$controllers" ]; then mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$folder"
    else mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified; fi
done </proc/self/cgroup
ip link set lo up
printf 'nameserver 127.0.0.1\n' >/etc/resolv.conf
mkdir -p /etc/containers
printf '{"default": [{"type": "insecureAcceptAnything"}]}\n' >/etc/containers/policy.json
cat >/etc/containers/containers.conf <<TOML
[engine]
runtime_supports_json = ["rune", "runc", "crun"]
runtime_supports_nocgroups = ["rune", "crun"]
events_logger = "file"
TOML

image=localhost/busybox
tree=$work/tree
mkdir -p "$tree"/{bin,dev,etc,proc,sys,tmp,root,home/app,data}
cp "$(command -v busybox)" "$tree/bin/busybox"
chroot "$tree" /bin/busybox --install -s /bin
printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n' >"$tree/etc/passwd"
printf 'root:x:0:\napp:x:1000:\nextra:x:2000:app\n' >"$tree/etc/group"
chown 1000:1000 "$tree/home/app"
chmod 1777 "$tree/tmp"
echo 'not a program' >"$tree/bin/text"
chmod 644 "$tree/bin/text"
printf '#!/bin/sh\ntrap "echo got TERM; exit 9" TERM\ntrap "echo got USR1" USR1\necho ready\nwhile :; do sleep 0.1; done\n' >"$tree/bin/serve"
chmod 755 "$tree/bin/serve"
tar -C "$tree" -cf "$work/image.tar" .
