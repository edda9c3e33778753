#!/usr/bin/env bash
# Measures what the steps of this project cost Redis itself: CPU time and memory, by the scripts as they are and redis-benchmark, on a
# redis-server of its own (and three of them as a cluster for the bus). Prints the rows of docs/scale.md that it can measure.
#   bench/redis-costs.sh [CALLS]                                         100000 calls of each unless told otherwise
#   REDIS_SETTINGS='--stream-node-max-bytes 1024' bench/redis-costs.sh   with other settings of redis.conf
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scripts=$here/../src/OrleansChat.Redis/Scripts
calls=${1:-100000}
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT

# start PORT SETTING...: with an append-only file, as in production
start() {
  local port=$1
  shift
  mkdir "$work/$port"
  redis-server --port "$port" --bind 127.0.0.1 --dir "$work/$port" --save '' --appendonly yes --appendfsync everysec --logfile log "$@" &
  pids+=($!)
  until redis-cli -p "$port" PING 2>/dev/null | grep -q PONG; do sleep 0.1; done
}

# expand NAME: the text of a script with what it includes
expand() {
  local line
  while IFS= read -r line; do
    case "$line" in
      "--!include "*) expand "${line#--!include }" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$scripts/$1.lua"
}

load() { expand "$1" | redis-cli -p "$port" -x SCRIPT LOAD; }

# info PORT FIELD
info() { redis-cli -p "$1" INFO | tr -d '\r' | sed -n "s/^$2://p"; }

cpu() { awk -v own="$(info "$1" used_cpu_user_main_thread)" -v kernel="$(info "$1" used_cpu_sys_main_thread)" 'BEGIN { printf "%.6f", own + kernel }'; }

# Once buffers are written and what was dropped is freed.
memory() { sleep 1.5; info "$port" used_memory; }

run() { redis-benchmark -p "$port" -n "$1" -c 8 -P 4 -q -r 1000000000 "${@:2}" >/dev/null; }

# per_call COUNT BEFORE AFTER: microseconds
per_call() { awk -v n="$1" -v before="$2" -v after="$3" 'BEGIN { printf "%.1f", (after - before) * 1e6 / n }'; }

row() { printf '| `%s` | %s | %s |\n' "$1" "$2" "$3"; }

port=$((20000 + RANDOM % 5000))
bus=$((port + 100))
# shellcheck disable=SC2086 # several words
start "$port" ${REDIS_SETTINGS:-}
append=$(load append)
claim=$(load user-claim)
add=$(load list-add)
text=$(printf 'x%.0s' $(seq 100))
tail='"kind":"text","clientId":"abcdefghijklmnop","text":"'$text'"}'

# sends N: the arguments of N sends with client ids of their own
sends() { for _ in $(seq "$1"); do printf '%s\n' 'alice c__rand_int__' 0123456789abcdef "$tail"; done; }

# keys TAG: of append.lua
keys() { printf "{c:$1}:%s\n" meta log members ids:0 ids:1 read bans; }

# append TAG LETTERS SENDS CALLS
append() {
  mapfile -t key_list < <(keys "$1")
  mapfile -t send_list < <(sends "$3")
  run "$4" EVALSHA "$append" 7 "${key_list[@]}" dm:alice:bob '' 0 epoch origin alice bob "$2" '' '' alice "${send_list[@]}"
}

# What a message costs, alone and in batches of 16; what it takes up.
append dm:alice:bob c 1 1
before=$(cpu "$port")
append dm:alice:bob '' 1 "$calls"
after=$(cpu "$port")
alone=$(per_call "$calls" "$before" "$after")
memory=$(memory)
before=$(cpu "$port")
append dm:alice:bob '' 16 $((calls / 16))
after=$(cpu "$port")
batched=$(per_call $((calls / 16 * 16)) "$before" "$after")
message=$((($(memory) - memory) / (calls / 16 * 16)))

# What one more node that follows costs: the same with four nodes that have subscribed.
redis-cli -p "$port" HSET '{c:dm:alice:bob}:meta' nodes 'n1 n2 n3 n4' >/dev/null
for node in n1 n2 n3 n4; do
  redis-cli -p "$port" SUBSCRIBE "node:$node" >/dev/null &
  pids+=($!)
done
until [ "$(redis-cli -p "$port" PUBSUB CHANNELS | wc -l)" = 4 ]; do sleep 0.1; done
before=$(cpu "$port")
append dm:alice:bob '' 1 "$calls"
after=$(cpu "$port")
follower=$(awk -v four="$(per_call "$calls" "$before" "$after")" -v none="$alone" 'BEGIN { printf "%.1f", (four > none ? four - none : 0) / 4 }')

# The same announcement as a command of its own, as a node would give it to a Redis for announcements only.
before=$(cpu "$port")
run "$calls" PUBLISH node:n1 "$tail"
publish=$(per_call "$calls" "$before" "$(cpu "$port")")

# What people and conversations take up.
memory=$(memory)
run "$calls" EVALSHA "$claim" 4 '{u:__rand_int__}:account' s c r r "$(printf 'h%.0s' $(seq 100))" '' 30000
people=$(redis-cli -p "$port" DBSIZE)
run "$calls" ZADD users 0 '__rand_int__'
user=$((($(memory) - memory) / people))
memory=$(memory)
keys_before=$(redis-cli -p "$port" DBSIZE)
append 'dm:__rand_int__:bob' c 1 $((calls / 10))
conversation=$((($(memory) - memory) * 5 / ($(redis-cli -p "$port" DBSIZE) - keys_before)))
redis-cli -p "$port" HSET '{u:alice}:account' kind r inc '' >/dev/null
memory=$(memory)
run "$calls" EVALSHA "$add" 4 '{u:alice}:account' s '{u:alice}:conversations' n alice dm:alice:__rand_int__ 10000000 120000 86400000
listing=$((($(memory) - memory) / $(redis-cli -p "$port" HLEN '{u:alice}:conversations')))

# The bus of a cluster: what each other server pays for an announcement that one of them makes.
for i in 0 1 2; do
  start $((bus + i)) --cluster-enabled yes --cluster-port $((bus + 50 + i)) --appendonly no
  redis-cli -p $((bus + i)) CLUSTER ADDSLOTSRANGE $((i * 5462)) $((i == 2 ? 16383 : i * 5462 + 5461)) >/dev/null
done
for i in 1 2; do redis-cli -p $((bus + i)) CLUSTER MEET 127.0.0.1 "$bus" $((bus + 50)) >/dev/null; done
until [ "$(redis-cli -p "$bus" CLUSTER INFO | grep -c 'cluster_slots_ok:16384')" = 1 ] && [ "$(redis-cli -p "$bus" CLUSTER NODES | grep -c ' connected ')" = 3 ]; do sleep 0.2; done
sleep 2
before=$(cpu $((bus + 1)))
redis-benchmark -p "$bus" -n "$calls" -c 8 -P 4 -q PUBLISH node:n1 "$tail" >/dev/null
sleep 1
after=$(cpu $((bus + 1)))
heard=$(per_call "$calls" "$before" "$after")

echo '| name | value | what it is |'
echo '|---|---|---|'
row append_us "$batched" 'Redis CPU for a message, in batches of 16, microseconds'
row append_alone_us "$alone" 'the same for a message that comes alone'
row announce_us "$follower" 'Redis CPU for each node that is told, microseconds'
row publish_us "$publish" 'Redis CPU for an announcement as a command of its own, microseconds'
row bus_us "$heard" 'CPU of every other server of a Redis Cluster for an announcement, microseconds'
row message_bytes "$message" 'a message with 100 bytes of text in Redis, bytes'
row conversation_bytes "$conversation" 'a direct conversation with one message, bytes'
row user_bytes "$user" 'an account with its place in the directory, bytes'
row listing_bytes "$listing" 'a conversation in somebody'"'"'s list, bytes'
