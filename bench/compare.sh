#!/usr/bin/env bash
# Measures this server and its peers in turns with one generator, and writes docs/performance.md with charts.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh

rounds=3 seconds=3 only= growth=true output=docs results=
usage() {
  cat <<'HELP'
bench/compare.sh [--rounds 3] [--seconds 3] [--only NAME,...] [--no-growth] [--output docs] [--results DIRECTORY]

--only       of ours, two-nodes, websocket, signalr, signalr-redis, socketio, socketio-streams, ejabberd, redis
--no-growth  leaves out how cost grows with connections, conversations, group size and history length
--output     where performance.md and images/performance-*.svg go
--results    keeps the JSON of every run there
About 12 minutes with the defaults. The machine should have nothing else to do. NO_BUILD=1 takes what was built before.
HELP
}
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --no-growth) growth=false ;;
    --rounds | --seconds | --only | --output | --results) declare "${1#--}=${2:?$1 needs a value}"; shift ;;
    *) say "Unknown option $1 (see --help)"; exit 2 ;;
  esac
  shift
done
source bench/servers.sh
results=${results:-$work/results}
mkdir -p "$results" "$output/images"
started=$(date +%s)
build_all
if [ -n "$only" ]; then IFS=, read -ra selected <<<"$only"; else selected=("${servers[@]}" redis); fi
chosen() { [[ " ${selected[*]} " == *" $1 "* ]]; }

# measure NAME COMMAND...: one run of that many seconds, or of $rest; its violations are in the JSON, a run that broke has none.
measure() {
  local name=$1 command=$2
  shift 2
  local own=("${targets[@]}")
  say "$(($(date +%s) - started)) s  $name"
  "${load[@]}" "$command" "$@" "${own[@]}" --seconds "${rest:-$seconds}" --drain 10 --json "$results/$name.json" >"$work/run.log" 2>&1 \
    || { say "  $(grep -m 3 -E 'VIOLATIONS|error' "$work/run.log" || tail -n 1 "$work/run.log")"; }
}

for ((round = 1; round <= rounds; round++)); do
  # Each round begins with another one, so that nobody is always measured after the same neighbour.
  for ((i = 0; i < ${#servers[@]}; i++)); do
    name=${servers[(i + (round - 1) * 3) % ${#servers[@]}]}
    chosen "$name" || continue
    if start "$name"; then
      run=$round.$name
      # ejabberd loses some of 64 that come at once until the client's system asks again, seconds later.
      at_once=64
      [ "$name" != ejabberd ] || at_once=16
      [ "$name" = two-nodes ] || rest=1 measure "$run.storm" storm --connections 2000 --at-once "$at_once" --warmup 0.5
      measure "$run.pairs8" pairs --window 8 --warmup 2
      if [ "$name" != two-nodes ]; then
        measure "$run.pairs1" pairs --window 1 --warmup 0.5
        measure "$run.rate" pairs --rate 2000 --warmup 0.5
        measure "$run.group" group --members 500 --senders 5 --window 2 --warmup 1
      fi
    fi
    stop
  done
  if chosen redis && start redis; then
    for command in script xadd; do
      bench/peers/redis.sh "$command" "$redis" 300000 >"$results/$round.redis-$command.txt"
    done
  fi
  stop
done

if $growth && chosen ours; then
  for n in 500 2000 5000; do start ours && rest=1 measure "growth.connections.$n" storm --connections "$n" --warmup 0.5; stop; done
  start ours
  measure "growth.warm.1" pairs --warmup 2
  for n in 10 100 1000; do measure "growth.conversations.$n" pairs --pairs "$n" --rate 5000 --warmup 1; done
  for n in 10 100 500 2000; do measure "growth.group.$n" group --members "$n" --warmup 1; done
  for n in 1000 10000 100000; do measure "growth.history.$n" history --messages "$n" --warmup 0.5; done
  for n in 10 100 1000; do measure "growth.sync.$n" sync --conversations "$n" --warmup 0.5; done
  measure "growth.mixed.500" mixed --warmup 1
  stop
fi

node bench/report.mjs "$results" "$output" "bench/compare.sh --rounds $rounds --seconds $seconds${only:+ --only $only}"
say "$(($(date +%s) - started)) s: $output/performance.md"
