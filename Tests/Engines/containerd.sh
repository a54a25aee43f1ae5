# containerd's own client: the runtime below its shim io.containerd.runc.v2.
. "$lists/containerd-place.sh"

step "run: status and output"
exits 7 start --rm $image:latest one sh -c 'exit 7'
says hello start --rm $image:latest two echo hello
step "run with a terminal"
has "$(terminal "${command[@]} run --rm -t --runc-binary $runtime_path $image:latest three sh -c 'test -t 0 && echo terminal'")" terminal
step "a limit of memory"
ok start -d --memory-limit 33554432 $image:latest four sleep 100
is "$(cat /sys/fs/cgroup/memory/default/four/memory.limit_in_bytes)" 33554432
ended four
step "run -d, exec"
ok start -d --annotation some.key=value $image:latest five sleep 1000
comes RUNNING status five
says inside E task exec --exec-id e1 five echo inside
exits 5 E task exec --exec-id e2 five sh -c 'exit 5'
step "exec with a terminal"
has "$(terminal "${command[@]} task exec --exec-id e3 -t five sh -c 'test -t 0 && echo terminal'")" terminal
step "the runtime keeps the annotation"
has "$("$runtime_path" --root "/run/containerd/runc/default" state five 2>&1)" '"some.key"'
step "ps, metrics"
is "$(E task ps five | awk 'NR > 1' | wc -l)" 1
tells memory E task metrics five
step "pause, resume"
ok E task pause five
comes PAUSED status five
ok E task resume five
comes RUNNING status five
step "checkpoint is refused with a reason"
refuses "" E task checkpoint five
comes RUNNING status five
step "kill, delete"
ok E task kill -s KILL five
comes STOPPED status five
ended five
step "delete of one that runs"
ok start -d $image:latest six sleep 1000
ended six
is "$(E container ls -q)" ""
step "a program that is not there"
refuses "no-such-program" start --rm $image:latest seven no-such-program
E container rm seven >/dev/null 2>&1
finish_step
stop_containerd
