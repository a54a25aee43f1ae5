# What a container's program finds: streams, user, files, names, rights.
program_steps() {
    step "the program's exit status"
    exits 0 run $image true
    exits 7 run $image sh -c 'exit 7'
    step "the status of one ended by a signal"
    exits 137 run --init $image sh -c 'kill -KILL $$'
    exits 143 run --init $image sh -c 'kill -TERM $$'
    step "127 for a program that is not there, with its name"
    exits 127 run $image no-such-program
    has "$(cat "$work/said")" "no-such-program"
    step "126 for what is no program"
    exits 126 run $image /bin/text
    exits 126 run $image /etc
    step "input and both outputs"
    is "$(echo hello | run -i $image sh -c 'cat; echo error >&2' 2>&1 | sort | tr '\n' ' ')" "error hello "
    step "a million bytes through the streams"
    is "$(head -c 1000000 /dev/zero | run -i $image cat | wc -c)" 1000000
    step "a terminal of the caller's size"
    has "$(terminal "${command[@]} run --rm -it $image sh -c 'test -t 0 && test -t 1 && sleep 1 && stty size'")" "33 99"
    step "a terminal's program is its session's leader, with /dev/console and /dev/tty"
    has "$(terminal "${command[@]} run --rm -it $image sh -c 'test -c /dev/console && echo from-tty >/dev/tty'")" from-tty
    step "environment and entry point"
    says "a b:c" run -e X='a b' -e Y=c --entrypoint sh $image -c 'echo "$X:$Y"'
    says /root run $image sh -c 'echo $HOME'
    step "user by number and by name, with groups"
    says "uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)" run -u app $image id
    says "5:6" run -u 5:6 $image sh -c 'echo $(id -u):$(id -g)'
    says "5 77" run -u 5:5 --group-add 77 $image id -G
    step "working directory"
    says /home/app run -w /home/app $image pwd
    step "a volume to write to, and one to read"
    mkdir -p "$work/volume"
    ok run -v "$work/volume:/data" $image sh -c 'echo kept >/data/file'
    is "$(cat "$work/volume/file")" kept
    refuses "Read-only" run -v "$work/volume:/data:ro" $image touch /data/other
    step "a file as a volume, and a named volume that keeps"
    says kept run -v "$work/volume/file:/etc/file" $image cat /etc/file
    ok run -v named:/data $image sh -c 'echo named >/data/n'
    says named run -v named:/data $image cat /data/n
    ok E volume rm named
    step "propagation of mounts into a container"
    mkdir -p "$work/shared"
    mount --bind "$work/shared" "$work/shared" && mount --make-rshared "$work/shared"
    mkdir -p "$work/shared/sub"
    background spread -v "$work/shared:/data:rslave" $image sleep 100
    mount -t tmpfs -o size=1m later "$work/shared/sub"
    touch "$work/shared/sub/seen"
    says seen inside spread ls /data/sub
    gone spread
    umount "$work/shared/sub" "$work/shared"
    step "--tmpfs with size and mode"
    tells "size=4096k" run --tmpfs /scratch:size=4m,mode=700,exec $image grep /scratch /proc/mounts
    says 700 run --tmpfs /scratch:size=4m,mode=700 $image stat -c %a /scratch
    step "--read-only, with a place to write"
    refuses "Read-only" run --read-only $image touch /file
    ok run --read-only --tmpfs /tmp $image touch /tmp/file
    step "--init reaps what is left behind"
    says 0 run --init $image sh -c '(sleep 0.1 &) ; sleep 1; ps -o stat | grep -c Z || true'
    tells init run --init $image cat /proc/1/comm
    step "host name, added hosts, domain name"
    says name run --hostname name $image hostname
    tells "10.9.8.7" run --add-host peer:10.9.8.7 $image cat /etc/hosts
    step "--shm-size"
    tells "size=3072k" run --shm-size 3m $image grep /dev/shm /proc/mounts
    step "--sysctl, and one that is refused"
    says 77 run --sysctl kernel.msgmni=77 $image cat /proc/sys/kernel/msgmni
    says 1 run --sysctl net.ipv4.ip_forward=1 $image cat /proc/sys/net/ipv4/ip_forward
    step "--device, with rights and another name"
    ok run --device /dev/fuse:/dev/other:r $image sh -c ': </dev/other'
    refuses "not permitted" run --device /dev/fuse:/dev/other:r $image sh -c ': >/dev/other'
    step "a device that was not given cannot be opened"
    refuses "not permitted" run --cap-add MKNOD $image sh -c 'mknod /dev/fuse c 10 229 && : </dev/fuse'
    step "network namespaces: none, the host's, another container's"
    says lo run --net none $image sh -c 'ls /sys/class/net'
    is "$(run --net host $image readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
    background base $image sleep 100
    is "$(run --net container:base $image readlink /proc/self/ns/net)" "$(inside base readlink /proc/self/ns/net)"
    step "PID and IPC namespaces: the host's, another container's"
    is "$(run --pid host $image readlink /proc/self/ns/pid)" "$(readlink /proc/self/ns/pid)"
    tells "sleep 100" run --pid container:base $image ps
    is "$(run --ipc host $image readlink /proc/self/ns/ipc)" "$(readlink /proc/self/ns/ipc)"
    is "$(run --uts host $image readlink /proc/self/ns/uts)" "$(readlink /proc/self/ns/uts)"
    is "$(run --cgroupns private $image cat /proc/self/cgroup | grep -c '[^/]$')" 0
    gone base
}

rights_steps() {
    step "default capabilities, none, one more"
    says 0000000000000000 run --cap-drop ALL $image sh -c 'sed -n "s/^CapEff:\t//p" /proc/self/status'
    says 0000000000000400 run --cap-drop ALL --cap-add NET_BIND_SERVICE $image sh -c 'sed -n "s/^CapEff:\t//p" /proc/self/status'
    refuses "not permitted" run --cap-drop CHOWN $image chown 5 /tmp
    ok run --cap-add SYS_ADMIN --security-opt apparmor=unconfined $image mount -t tmpfs x /tmp
    step "--cap-add ALL"
    ok run --cap-add ALL $image mount -t tmpfs x /tmp
    step "--privileged: devices, mounts, a writable /sys"
    ok run --privileged $image sh -c 'mount -t tmpfs x /tmp && test -c /dev/full && : </dev/full && ! grep " /sys sysfs ro" /proc/mounts'
    step "no-new-privileges"
    says 1 run --security-opt no-new-privileges $image sed -n 's/^NoNewPrivs:\t//p' /proc/self/status
    step "the default seccomp profile is there, and can be taken away"
    says 2 run $image sed -n 's/^Seccomp:\t//p' /proc/self/status
    says 0 run --security-opt seccomp=unconfined $image sed -n 's/^Seccomp:\t//p' /proc/self/status
    step "a seccomp profile of one's own"
    echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}' \
        >"$work/profile.json"
    refuses "No space" run --security-opt "seccomp=$work/profile.json" $image mkdir /new
    step "masked and read-only paths"
    says "" run $image cat /proc/timer_list
    refuses "Read-only" run $image sh -c 'echo 1 >/proc/sys/kernel/hostname'
    refuses "" run $image sh -c 'echo b >/proc/sysrq-trigger'
}
