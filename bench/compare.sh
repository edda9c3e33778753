#!/usr/bin/env bash
# Measures this server and its peers in turns with one generator, and writes the measured part of docs/performance.md with charts.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh

rounds=3 seconds=2 warm=8 only= growth=true add=false output=docs results=artifacts/performance given="$*"
usage() {
  cat <<'HELP'
bench/compare.sh [--rounds 3] [--seconds 2] [--warm 8] [--only NAME,...] [--no-growth] [--output docs] [--results artifacts/performance] [--add]

--only       of ours, two-nodes, websocket, signalr, signalr-redis, socketio, socketio-2, socketio-streams, ejabberd, ejabberd-archive,
             redis, growth: a part of the whole. growth is how cost grows, once, on this server
--seconds    how long each measurement lasts
--warm       seconds of load before the first measurement of a server on .NET, which compiles meanwhile; others get a third
--no-growth  leaves growth out
--output     where performance.md and images/performance-*.svg go
--results    where the JSON of every run goes; earlier results there are deleted, unless --add keeps what is not measured again.
             bench/report.mjs RESULTS OUTPUT writes the page from them again
About 20 minutes with the defaults. The machine should have nothing else to do. NO_BUILD=1 takes what was built before.
HELP
}
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --no-growth) growth=false ;;
    --add) add=true ;;
    --rounds | --seconds | --warm | --only | --output | --results) declare "${1#--}=${2:?$1 needs a value}"; shift ;;
    *) say "Unknown option $1 (see --help)"; exit 2 ;;
  esac
  shift
done
[[ "$rounds $warm" =~ ^[1-9][0-9]?\ [1-9][0-9]*$ && "$seconds" =~ ^[0-9]+(\.[0-9]+)?$ ]] || { say "--rounds and --warm are whole numbers from 1, --seconds is a number"; exit 2; }
source bench/servers.sh
parts=("${servers[@]}" redis)
! $growth || parts+=(growth)
if [ -n "$only" ]; then IFS=, read -ra selected <<<"$only"; else selected=("${parts[@]}"); fi
for part in "${selected[@]}"; do
  [[ " ${servers[*]} redis growth " == *" $part "* ]] || { say "There is no $part to measure: ${servers[*]} redis growth"; exit 2; }
done
chosen() { [[ " ${selected[*]} " == *" $1 "* ]]; }

mkdir -p "$results" "$output/images"
$add || find "$results" -maxdepth 1 -type f \( -name '*.json' -o -name '*.failed' -o -name '*.txt' \) -delete
started=$(date +%s)
build_all
node bench/machine.mjs "bench/compare.sh${given:+ $given}" >"$results/machine.json"

# fail NAME REASON: what could not be measured gets a line in the page, and the run goes on.
fail() {
  say "     $1: $2"
  printf '%s\n' "$2" >"$results/$1.failed"
}

# measure NAME COMMAND...: one run of $seconds, or of $rest. Its violations are in the JSON; a run that broke leaves its last words.
measure() {
  local name=$1 code=0
  shift
  rm -f "$results/$name".{json,failed}
  say "$(($(date +%s) - started)) s  $name"
  timeout --foreground -k 5 150 "${load[@]}" "$@" "${targets[@]}" --seconds "${rest:-$seconds}" --drain 5 --json "$results/$name.json" >"$work/run.log" 2>&1 || code=$?
  if [ ! -s "$results/$name.json" ]; then
    if [ "$code" = 124 ]; then fail "$name" "did not end within 150 s"; else fail "$name" "$(grep -m 1 -E '^error|^Unhandled' "$work/run.log" || tail -n 1 "$work/run.log")"; fi
  elif [ "$code" != 0 ]; then
    say "     $(grep -m 1 -A 1 VIOLATIONS "$work/run.log" | tr -s ' \n' ' ')"
  fi
}

# warm_up SECONDS COMMAND...: what a server compiles, it compiles before it is measured.
warm_up() {
  say "$(($(date +%s) - started)) s  $server warms up for $1 s, $2"
  timeout --foreground -k 5 150 "${load[@]}" "${@:2}" "${targets[@]}" --seconds "$1" --warmup 0 --drain 5 >"$work/run.log" 2>&1 || true
}

# hot RUN: direct messages while a group of 10,000 gets 20 messages, 200,000 deliveries, a second. Each load has a generator of its own:
# one that has 10,000 deliveries to take would be late for the direct message behind them.
hot() {
  local begun=$work/begun pid n
  rm -f "$begun" "$results/$1.hot-group".{json,failed}
  "${load[@]}" group --members 10000 --senders 5 --rate 20 "${targets[@]}" --warmup 1 --seconds "$((${seconds%.*} + 6))" --drain 10 \
    --json "$results/$1.hot-group.json" --begun "$begun" >"$work/hot.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  for n in {1..900}; do [ ! -e "$begun" ] && kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  if [ -e "$begun" ]; then measure "$1.hot" pairs --rate 1000 --warmup 1; else fail "$1.hot" "the group did not begin: $(tail -n 1 "$work/hot.log")"; fi
  wait "$pid" || say "     $(tail -n 1 "$work/hot.log")"
  unset 'pids[-1]'
}

# round RUN: everything that is measured of the server that was started.
round() {
  # ejabberd loses some of 64 that come at once until the client's system asks again, seconds later.
  local at_once=64
  [[ "$server" != ejabberd* ]] || at_once=16
  # Memory on a fresh server, whose heap has not grown yet; sign-ins by one that has compiled.
  [ "$server" = two-nodes ] || rest=0.5 measure "$1.memory" storm --connections 2000 --at-once "$at_once" --warmup 0.5
  case "$server" in
    socketio* | ejabberd*) warm_up "$((warm / 3))" pairs ;;
    *) warm_up "$warm" pairs ;;
  esac
  measure "$1.pairs8" pairs --window 8 --warmup 0.5
  [ "$server" = two-nodes ] || measure "$1.pairs1" pairs --window 1 --warmup 0.5
  measure "$1.rate" pairs --rate 2000 --warmup 0.5
  measure "$1.group" group --members 500 --senders 5 --window 2 --warmup 1
  [ "$server" = two-nodes ] || rest=0.5 measure "$1.storm" storm --connections 2000 --at-once "$at_once" --warmup 0.2
  [ "$server" = ours ] || return 0
  measure "$1.history" history --messages 20000 --warmup 3
  measure "$1.group10k" group --members 10000 --senders 5 --window 2 --warmup 1
  hot "$1"
}

for ((round = 1; round <= rounds; round++)); do
  # Each round begins with another one, so that nobody is always measured after the same neighbour.
  for ((i = 0; i < ${#servers[@]}; i++)); do
    name=${servers[(i + (round - 1) * 3) % ${#servers[@]}]}
    chosen "$name" || continue
    rm -f "$results/$round.$name.start.failed"
    if start "$name"; then round "$round.$name"; else fail "$round.$name.start" "did not start: $(last_words)"; fi
    stop
  done
  if chosen redis; then
    for command in script xadd; do
      say "$(($(date +%s) - started)) s  $round.redis-$command"
      rm -f "$results/$round.redis-$command".{txt,failed}
      start redis && bench/peers/redis.sh "$command" "$redis" 300000 >"$results/$round.redis-$command.txt" || fail "$round.redis-$command" "$(last_words)"
      stop
    done
  fi
done

# grow NAME: a server of ours.
grow() { start ours || fail "growth.$1.start" "did not start: $(last_words)"; }

if chosen growth; then
  # As many as the limit on open files allows, up to 50,000: a tenth more come first, before memory is read.
  most=$((($(ulimit -n) - 1000) * 10 / 11 / 1000 * 1000))
  for n in 1000 5000 $((most < 50000 ? most : 50000)); do start ours && rest=3 measure "growth.connections.$n" storm --connections "$n" --warmup 1; stop; done
  grow messages
  warm_up "$warm" pairs
  warm_up 3 group --members 100
  for n in 10 100 1000 5000; do measure "growth.conversations.$n" pairs --pairs "$n" --rate 5000 --warmup 1; done
  for n in 10 100 500 2000; do measure "growth.group.$n" group --members "$n" --warmup 1; done
  measure growth.door.native pairs --warmup 2
  measure growth.door.native-echo pairs --echo --warmup 2
  measure growth.door.signalr pairs --door signalr --warmup 4
  measure growth.door.socket.io pairs --door socket.io --warmup 4
  measure growth.mixed.500 mixed --warmup 1
  stop
  grow history
  warm_up 3 sync --conversations 100
  warm_up "$warm" history --messages 5000
  for n in 10 100 1000; do measure "growth.sync.$n" sync --conversations "$n" --warmup 0.5; done
  for n in 1000 10000 100000 1000000; do measure "growth.history.$n" history --messages "$n" --warmup 0.5; done
  stop
fi

node bench/report.mjs "$results" "$output"
say "$(($(date +%s) - started)) s: $output/performance.md, from $results"
