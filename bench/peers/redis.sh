#!/usr/bin/env bash
# redis.sh script|xadd REDIS-PORT MESSAGES: Redis alone, 64 commands in flight on one connection, 100 conversations. Prints commands per second.
set -e
text=$(printf '.%.0s' {1..100})
case "$1" in
  xadd) command=(XADD log:__rand_int__ '*' m "$text") ;;
  script)
    # What the storing hub in OrleansChat.Peers runs for each message.
    sha=$(redis-cli -p "$2" SCRIPT LOAD "local seq = redis.call('INCR', KEYS[1]) redis.call('XADD', KEYS[2], seq .. '-0', 'm', ARGV[1]) redis.call('PUBLISH', KEYS[3], ARGV[1]) return seq")
    command=(EVALSHA "$sha" 3 'seq:{c}' 'log:{c}' 'room:{c}' "$text")
    ;;
  *) echo "redis.sh script|xadd REDIS-PORT MESSAGES" >&2; exit 2 ;;
esac
redis-benchmark -p "$2" -c 1 -P 64 -n "$3" -r 100 --csv "${command[@]}" | tail -n 1 | cut -d, -f2 | tr -d '"'
