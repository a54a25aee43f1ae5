# containerd with its own shim, io.containerd.runc.v2, and the runtime as that shim's program.
mkdir -p "$work/containerd-$runtime"
cat >"$work/containerd.toml" <<TOML
version = 2
root = "$work/containerd-$runtime"
state = "/run/containerd.$runtime"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "/run/containerd.$runtime/socket"
TOML
containerd --config "$work/containerd.toml" >"$work/containerd-$runtime.log" 2>&1 &
containerd_process=$!
command=(ctr -a "/run/containerd.$runtime/socket")
for _ in $(seq 50); do
    [ -S "/run/containerd.$runtime/socket" ] && break
    sleep 0.2
done
[ -S "/run/containerd.$runtime/socket" ] || { echo "containerd does not answer: $(tail -n 2 "$work/containerd-$runtime.log")"; return; }
# What `docker save` writes, made by hand: a layer and a configuration that names it.
mkdir -p "$work/archive"
cp "$work/image.tar" "$work/archive/layer.tar"
printf '{"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}' \
    "$(sha256sum <"$work/image.tar" | cut -d' ' -f1)" >"$work/archive/config.json"
printf '[{"Config": "config.json", "RepoTags": ["%s:latest"], "Layers": ["layer.tar"]}]' "$image" >"$work/archive/manifest.json"
tar -C "$work/archive" -cf "$work/archive.tar" layer.tar config.json manifest.json
E image import "$work/archive.tar" >"$work/said" 2>&1 || cat "$work/said"

start() { E run --runc-binary "$runtime_path" "$@"; }
status() { E task ls | awk -v n="$1" '$1 == n { print $3 }'; }
ended() { E task rm -f "$1" >/dev/null 2>&1; E container rm "$1" >"$work/said" 2>&1 || note "container rm: $(tail -n 1 "$work/said")"; }

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
kill "$containerd_process"
wait "$containerd_process"
