# podman as root, and what it has beyond Docker.
. "$lists/podman-place.sh"
podman_image
common_steps

step "a health check passes, and fails"
background watched --health-cmd 'test -e /tmp/well' --health-interval disable $image sh -c 'touch /tmp/well; sleep 100'
ok E healthcheck run watched
ok inside watched rm /tmp/well
exits 1 E healthcheck run watched
gone watched
step "a pod: one network, one place for its containers"
ok E pod create --name pod --share net,ipc,uts,pid
ok E run -d --pod pod --name first $image sh -c 'echo page >/tmp/index.html; exec httpd -f -p 8080 -h /tmp'
sleep 1
says page run --pod pod $image wget -q -O - http://127.0.0.1:8080/
tells httpd run --pod pod $image ps
step "a pod is paused, goes on, stops and is removed"
ok E pod pause pod
says paused state first Status
ok E pod unpause pod
ok E pod stop -t 1 pod
ok E pod rm -f pod
step "a user namespace with maps of numbers"
says "0 100000 65536" run --uidmap 0:100000:65536 --gidmap 0:100000:65536 $image sh -c 'echo $(cat /proc/self/uid_map)'
ok run --uidmap 0:100000:65536 --gidmap 0:100000:65536 -u app $image sh -c 'touch /home/app/file && test ! -w /etc/passwd'
step "annotations reach the runtime's state"
background noted --annotation some.key=value $image sleep 100
has "$("$runtime_path" state "$(E inspect -f '{{.Id}}' noted)" 2>&1)" value
gone noted
step "checkpoint is refused with a reason"
background kept $image sleep 100
refuses "checkpoint" E container checkpoint kept
says running state kept Status
gone kept
finish_step
