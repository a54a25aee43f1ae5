# podman as root, with storage of its own.
command=(podman --root "$work/podman.$runtime" --runroot "/run/podman.$runtime" --cgroup-manager cgroupfs --storage-driver overlay
    --runtime "$runtime_path")
podman_image() {
    "${command[@]}" import --change 'CMD ["sh"]' --change 'ENV PATH=/bin' "$work/image.tar" "$image" >/dev/null 2>"$work/errors" \
        || note "import: $(tail -n 1 "$work/errors")"
}

