# podman as a user without privileges, in a user namespace with numbers of its own.
home=$work/home/$runtime
mkdir -p "$home" "$home/run"
printf 'tester:x:4321:4321::%s:/bin/sh\n' "$home" >>/etc/passwd
printf 'tester:x:4321:\n' >>/etc/group
for file in /etc/subuid /etc/subgid; do printf 'tester:200000:65536\n' >"$file"; done
chown -R 4321:4321 "$home"
chmod 700 "$home/run"
chmod 666 /dev/fuse 2>/dev/null
command=(setpriv --reuid 4321 --regid 4321 --clear-groups env -i "PATH=$PATH" "HOME=$home" "XDG_RUNTIME_DIR=$home/run" USER=tester
    podman --cgroup-manager cgroupfs --storage-driver vfs --events-backend file --runtime "$runtime_path")
cd "$home" || return
cp "$work/image.tar" "$home/image.tar"
"${command[@]}" import --change 'CMD ["sh"]' --change 'ENV PATH=/bin' "$home/image.tar" "$image" >/dev/null 2>"$work/errors" \
    || echo "rootless: import: $(tail -n 2 "$work/errors")"

step "status, streams, user"
exits 7 run --net none $image sh -c 'exit 7'
is "$(echo hello | run -i --net none $image cat)" hello
says "0 4321 1 1 200000 65536" run --net none $image sh -c 'echo $(cat /proc/self/uid_map)'
says "uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)" run --net none -u app $image id
step "the host's network"
is "$(run --net host $image readlink /proc/self/ns/net)" "$(readlink /proc/self/ns/net)"
step "a terminal"
has "$(terminal "${command[@]} run --rm -it --net none $image sh -c 'test -t 0 && sleep 1 && stty size'")" "33 99"
step "a volume"
setpriv --reuid 4321 --regid 4321 --clear-groups mkdir -p "$home/volume"
ok run --net none -v "$home/volume:/data" $image touch /data/file
is "$(stat -c %u "$home/volume/file" 2>&1)" 4321
step "no new privileges, no devices of the host"
refuses "" run --net none $image mknod /tmp/m b 7 0
says 1 run --net none --security-opt no-new-privileges $image sed -n 's/^NoNewPrivs:\t//p' /proc/self/status
step "exec, top, stop, rm of a container that stays"
background lasting --net none $image serve
comes ready E logs lasting
exits 5 inside lasting sh -c 'exit 5'
tells serve E top lasting
ok E stop -t 5 lasting
says 9 state lasting ExitCode
gone lasting
step "kill, rm -f"
background other --net none $image sleep 1000
ok E kill other
comes exited state other Status
gone other
finish_step
cd "$root" || return
