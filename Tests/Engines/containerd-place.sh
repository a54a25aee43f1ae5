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

stop_containerd() {
    kill "$containerd_process"
    wait "$containerd_process"
}
