# Limits: what is set reaches the kernel, and a container that runs can be given others.
limit_steps() {
    step "--memory, --memory-swap, --memory-reservation"
    says 67108864 run --memory 64m $image cat /sys/fs/cgroup/memory/memory.limit_in_bytes
    says 100663296 run --memory 64m --memory-swap 96m $image cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes
    says 33554432 run --memory 64m --memory-reservation 32m $image cat /sys/fs/cgroup/memory/memory.soft_limit_in_bytes
    step "a limit of memory that is small but enough for a small program"
    ok run --memory 6m $image true
    step "--cpus, --cpu-shares, --cpuset-cpus"
    says 150000 run --cpus 1.5 $image cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us
    says 333 run --cpu-shares 333 $image cat /sys/fs/cgroup/cpu/cpu.shares
    says 1 run --cpuset-cpus 0 $image nproc
    step "--pids-limit holds"
    says 20 run --pids-limit 20 $image cat /sys/fs/cgroup/pids/pids.max
    refuses "" run --pids-limit 5 $image sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait'
    step "--device-read-bps"
    tells 1048576 run --device-read-bps /dev/vda:1mb $image cat /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device
    step "--ulimit"
    says "100 200" run --ulimit nofile=100:200 $image sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)'
    says 0 run --ulimit core=0 $image sh -c 'ulimit -c'
    step "--oom-score-adj"
    says 500 run --oom-score-adj 500 $image cat /proc/self/oom_score_adj
    step "lack of memory: status 137, OOMKilled"
    exits 137 E run --name greedy --memory 24m --memory-swap 24m $image sh -c 'exec dd if=/dev/zero of=/dev/null bs=100M count=1'
    comes true state greedy OOMKilled
    gone greedy
    step "lack of memory of a child is known too"
    exits 137 E run --name parent --memory 24m --memory-swap 24m $image sh -c 'dd if=/dev/zero of=/dev/null bs=100M count=1'
    gone parent
    step "update: memory, CPUs"
    background steady --memory 64m --cpus 1 $image sleep 100
    ok E update --memory 128m --memory-swap 256m steady
    says 134217728 inside steady cat /sys/fs/cgroup/memory/memory.limit_in_bytes
    ok E update --cpus 0.5 steady
    says 50000 inside steady cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us
    ok E update --cpuset-cpus 0 --cpu-shares 700 steady
    says "0 700" inside steady sh -c 'echo $(cat /sys/fs/cgroup/cpuset/cpuset.cpus) $(cat /sys/fs/cgroup/cpu/cpu.shares)'
    step "update refuses less memory than is in use"
    refuses "" E update --memory 4k steady
    step "stats"
    [[ $(E stats --no-stream --format '{{.MemUsage}}' steady) =~ ^[1-9][0-9.]*[KkM]i?B\ /\ [1-9][0-9.]+Mi?B ]] \
        || note "stats: $(E stats --no-stream steady 2>&1 | tail -1)"
    is "$(E stats --no-stream --format '{{.PIDs}}' steady)" 1
    gone steady
}
