# What rune does with cgroup v2, run as root by the guest's init. A check is one line: a sentence, and a command that must hold.
group=/sys/fs/cgroup
id=c2
pid_namespace=', {"type": "pid"}'
namespaces=$pid_namespace
state() { rune state $id 2>/dev/null | sed -n 's/.*"status": "\(.*\)".*/\1/p'; }
pid() { rune state $id | sed -n 's/.*"pid": \([0-9]*\).*/\1/p'; }
value() { cat $group/$id/$1; }

check() {
    sentence=$1
    shift
    if "$@" >/tmp/output 2>&1; then echo "ok $sentence"; else
        echo "not ok $sentence"
        sed 's/^/# /' /tmp/output /tmp/said
    fi
}
is() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }
appears() { for i in $(seq 50); do [ -s "$1" ] && return || sleep 0.1; done; }
differs() { for i in $(seq 50); do [ "$(cat "$1")" != "$2" ] && return || sleep 0.1; done; false; }
says() { grep -q -- "$1" /tmp/said; }

# bundle RESOURCES COMMAND: one whose program is a line of shell
bundle() {
    rm -rf /tmp/bundle/config.json
    mkdir -p /tmp/bundle/rootfs/bin /tmp/bundle/rootfs/proc /tmp/bundle/rootfs/sys /tmp/bundle/rootfs/dev /tmp/bundle/rootfs/tmp
    [ -e /tmp/bundle/rootfs/bin/sh ] || { cp /bin/busybox /tmp/bundle/rootfs/bin/; chroot /tmp/bundle/rootfs /bin/busybox --install -s /bin; }
    cat >/tmp/bundle/config.json <<JSON
{"ociVersion": "1.2.0", "root": {"path": "rootfs"},
 "process": {"user": {"uid": 0, "gid": 0}, "args": ["sh", "-c", "$2"], "env": ["PATH=/bin"], "cwd": "/",
  "capabilities": {"bounding": ["CAP_MKNOD", "CAP_KILL", "CAP_SYS_ADMIN"], "effective": ["CAP_MKNOD", "CAP_KILL", "CAP_SYS_ADMIN"],
   "permitted": ["CAP_MKNOD", "CAP_KILL", "CAP_SYS_ADMIN"]}},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}, {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
  {"destination": "/sys", "type": "sysfs", "source": "sysfs"},
  {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["${access:-rw}"]}],
 "linux": {"cgroupsPath": "${path-/$id}", ${linux:-}
  "namespaces": [{"type": "mount"}, {"type": "ipc"}, {"type": "uts"}, {"type": "cgroup"} $namespaces],
  "resources": $1}}
JSON
}
create() { rune create --bundle /tmp/bundle $id >/tmp/said 2>&1; }
launch() { create && rune start $id >/tmp/said 2>&1; }
run() { rune run --bundle /tmp/bundle $id >/tmp/said 2>&1; }
gone() { rune delete --force $id && [ ! -e $group/$id ]; }

bundle '{"memory": {"limit": 67108864, "reservation": 33554432, "swap": 100663296}, "pids": {"limit": 20},
  "cpu": {"shares": 1024, "quota": 20000, "period": 50000, "burst": 1000, "cpus": "0"}, "unified": {"memory.high": "60000000"}}' 'sleep 100'
check "create sets limits" create
check "memory.max" is "$(value memory.max)" 67108864
check "memory.low" is "$(value memory.low)" 33554432
check "memory.swap.max is what is more than memory" is "$(value memory.swap.max)" 33554432
check "memory.high by its own name" is "$(value memory.high)" 59998208
check "pids.max" is "$(value pids.max)" 20
check "cpu.max" is "$(value cpu.max)" "20000 50000"
check "cpu.weight" is "$(value cpu.weight)" 100
check "cpu.max.burst" is "$(value cpu.max.burst)" 1000
check "cpuset.cpus" is "$(value cpuset.cpus)" 0
check "its first process is in it" is "$(value cgroup.procs)" "$(pid)"
rune pause $id
check "a created container can be paused" is "$(state)" paused
rune resume $id
check "and is created again" is "$(state)" created
rune start $id
rune update --memory 128m --memory-swap -1 --pids-limit 30 --cpu-quota 30000 --cpu-shares 2048 $id
check "update changes memory.max" is "$(value memory.max)" 134217728
check "update lifts memory.swap.max" is "$(value memory.swap.max)" max
check "update keeps the period" is "$(value cpu.max)" "30000 50000"
check "update changes the weight" is "$(value cpu.weight)" 174
check "update changes pids.max" is "$(value pids.max)" 30
rune update --memory-swap 200m $id
check "swap alone is told from memory's present limit" is "$(value memory.swap.max)" 75497472
echo '{"memory": {"limit": 4096, "checkBeforeUpdate": true}}' | rune update --resources - $id >/tmp/said 2>&1
check "a limit below the use is refused where that is asked for" says "is less than what the container uses"
check "and is not set" is "$(value memory.max)" 134217728
echo '{"unified": {"net_cls.classid": "1"}}' | rune update --resources - $id >/tmp/said 2>&1
check "a controller that v2 does not have is refused by name" says "net_cls is not a controller of cgroup v2"
rune update --resources - $id >/tmp/said 2>&1 <<JSON
{"memory": {"limit": 1000000, "swap": 500000}}
JSON
check "swap below memory is refused" says "is less than memory's limit"
rune events --stats $id >/tmp/said 2>&1
check "statistics tell of memory" says '"limit":134217728'
check "statistics tell of processes" says '"pids":{"current":1,"limit":30}'
check "statistics tell of processors" says '"throttling":{"periods":'
check "delete removes the cgroup" gone

bundle '{}' 'i=0; while :; do i=$((i+1)); echo $i >/tmp/count; done'
launch
appears /tmp/bundle/rootfs/tmp/count
rune pause $id
before=$(cat /tmp/bundle/rootfs/tmp/count)
sleep 0.5
check "a paused program stands still" is "$(cat /tmp/bundle/rootfs/tmp/count)" "$before"
check "its state is paused" is "$(state)" paused
rune pause $id 2>/tmp/said
check "pausing it again is an error" says "container not running"
rune resume $id
check "it goes on when it is resumed" differs /tmp/bundle/rootfs/tmp/count "$before"
rune resume $id 2>/tmp/said
check "resuming it again is an error" says "container not paused"
rune pause $id
rune kill $id KILL
sleep 0.3
check "SIGKILL reaches a paused program" is "$(state)" stopped
check "and it is deleted" gone

deny='"devices": [{"allow": false, "access": "rwm"}'
linux='"devices": [{"path": "/dev/odd", "type": "c", "major": 1, "minor": 11}],'
bundle "{$deny]}" 'head -c1 /dev/null && head -c1 /dev/zero && echo null; head -c1 /dev/odd && echo odd; mknod /tmp/n c 7 7 && echo made'
run
check "allowed devices open" says null
check "others do not" says "odd: Operation not permitted"
check "device files can be made" says made
bundle "{$deny, {\"allow\": true, \"type\": \"c\", \"major\": 1, \"minor\": 11, \"access\": \"r\"}]}" \
    'head -c0 /dev/odd && echo read; echo x >/dev/odd || echo kept'
run
check "a rule for reading lets read" says read
check "and not write" says kept
bundle "{$deny]}" 'while :; do head -c0 /dev/odd 2>/dev/null && echo open || echo shut; sleep 0.1; done >/tmp/log'
rm -f /tmp/bundle/rootfs/tmp/log
launch
sleep 0.5
rune update --resources - $id <<JSON
{$deny, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "r"}]}
JSON
sleep 0.5
check "update opens a device" is "$(tail -n1 /tmp/bundle/rootfs/tmp/log)" open
rune update --resources - $id <<JSON
{$deny]}
JSON
sleep 0.5
check "and shuts it again" is "$(tail -n1 /tmp/bundle/rootfs/tmp/log)" shut
check "it is deleted" gone
linux=

bundle '{"pids": {"limit": 5}}' 'i=0; while [ $i -lt 9 ]; do sleep 1 & i=$((i+1)); done'
run
check "the limit of processes is met" says "fork"

bundle '{"memory": {"limit": 8388608, "swap": 8388608}}' 'sleep 0.5; dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 0.5'
launch
rune events --interval 100s $id >/tmp/events
cp /tmp/events /tmp/said
check "events tell of lack of memory, and end with the container" says '"type":"oom"'
check "it is deleted too" gone

bundle '{}' 'mkdir -p /sys/fs/cgroup/a/b /sys/fs/cgroup/d; sleep 100 & echo $! >/sys/fs/cgroup/a/b/cgroup.procs; echo 1 >/tmp/made; sleep 100'
rm -f /tmp/bundle/rootfs/tmp/made
launch
appears /tmp/bundle/rootfs/tmp/made
check "ps lists processes of nested cgroups" is "$(rune ps --format json $id | tr ',' '\n' | grep -c '[0-9]')" 2
check "delete removes cgroups that the container made" gone

access=ro
bundle '{"pids": {"limit": 7}}' 'cat /sys/fs/cgroup/pids.max /proc/self/cgroup; echo 8 >/sys/fs/cgroup/pids.max'
run
check "the mount shows the container's own cgroup" says '^7$'
check "which is the root of its namespace" says '^0::/$'
check "read-only where that is asked for" says 'Read-only'
access=rw

namespaces=
bundle '{}' 'sleep 100 & sleep 100 & trap : TERM; sleep 100'
launch
sleep 0.3
members=$(value cgroup.procs)
rune kill --all $id KILL
sleep 0.3
check "kill --all ends every process without a PID namespace" is "$(for p in $members; do [ -d /proc/$p ] && grep -q 'State:.[^Z]' /proc/$p/status && echo $p; done)" ""
check "and delete the rest" gone
namespaces=$pid_namespace

mkdir -p $group/user/session
echo $$ >$group/user/session/cgroup.procs
path=deep/$id
bundle '{"memory": {"limit": 67108864}}' 'sleep 100'
check "a relative path is made beside the caller's own cgroup" launch
check "with its limits" is "$(cat $group/user/deep/$id/memory.max)" 67108864
rune delete --force $id
check "and removed" [ ! -e $group/user/deep/$id ]
unset path

mappings='"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1000}], "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 1000}],'
linux=$mappings namespaces=', {"type": "pid"}, {"type": "user"}'
bundle '{"memory": {"limit": 67108864}}' 'mkdir /sys/fs/cgroup/own && echo delegated; echo 1 >/sys/fs/cgroup/memory.max || echo kept'
chown -R 1000 /tmp/bundle/rootfs
run
check "root of a user namespace makes cgroups in its own" says delegated
check "and does not change its limits" says kept
