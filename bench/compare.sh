#!/usr/bin/env bash
# Measures this server and its peers in turns with one generator, and writes the measured part of docs/performance.md with charts.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh

rounds=3 seconds=2 warm=14 members=10000 messages=1000000 only= growth=true keep= output=docs results=artifacts/performance given=
usage() {
  cat <<'HELP'
bench/compare.sh [--rounds 3] [--seconds 2] [--warm 14] [--only NAME,...] [--no-growth] [--quick] [--continue | --add]
                 [--output docs] [--results artifacts/performance]

--only       of ours, two-nodes, websocket, signalr, signalr-redis, socketio, socketio-2, socketio-streams, ejabberd, ejabberd-archive,
             ours-alone, redis, growth: a part of the whole. ours-alone is what only this server is measured for: the large group and
             direct messages beside it, its other doors, sync, a long history. growth is how cost grows, once, on this server
--seconds    how long each measurement lasts
--warm       seconds of load before the first measurement of a server on .NET, which compiles meanwhile; two nodes
             get twice as long, others a third
--no-growth  leaves growth out
--quick      does it work at all: one round of one second each, a group of 1,000 instead of 10,000, a history of 50,000 messages
             instead of a million. Its figures say little
--continue   goes on with a run that was ended: what is complete in the results is not measured again
--add        keeps what is in the results and is not measured this time; without this or --continue all of it is deleted at the start
--output     where performance.md and images/performance-*.svg go
--results    where the JSON of every measurement goes, as soon as there is one.
             bench/report.mjs RESULTS OUTPUT writes the page from them again
About 30 minutes with the defaults on two cores that have nothing else to do; it says how long at the start, and what is left with each
measurement. NO_BUILD=1 takes what was built before.
HELP
}
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --no-growth) growth=false given+=" $1" ;;
    --quick) rounds=1 seconds=1 warm=2 members=1000 messages=50000 given+=" $1" ;;
    --add | --continue) keep=$1 ;;
    --output | --results) declare "${1#--}=${2:?$1 needs a value}"; shift ;;
    --rounds | --seconds | --warm | --only) declare "${1#--}=${2:?$1 needs a value}"; given+=" $1 $2"; shift ;;
    *) say "Unknown option $1 (see --help)"; exit 2 ;;
  esac
  shift
done
[[ "$rounds $warm" =~ ^[1-9][0-9]?\ [1-9][0-9]*$ && "$seconds" =~ ^[1-9][0-9]*(\.[0-9]+)?$ ]] || { say "--rounds, --warm and --seconds are numbers from 1; the first two are whole"; exit 2; }
source bench/servers.sh
source bench/measure.sh
whole=${seconds%.*}
parts=("${servers[@]}" ours-alone redis)
! $growth || parts+=(growth)
if [ -n "$only" ]; then IFS=, read -ra selected <<<"$only"; else selected=("${parts[@]}"); fi
for part in "${selected[@]}"; do
  [[ " ${servers[*]} ours-alone redis growth " == *" $part "* ]] || { say "There is no $part to measure: ${servers[*]} ours-alone redis growth"; exit 2; }
done
chosen() { [[ " ${selected[*]} " == *" $1 "* ]]; }

mkdir -p "$results" "$output/images"
[ -n "$keep" ] || find "$results" -maxdepth 1 -type f \( -name '*.json' -o -name '*.failed' -o -name '*.txt' -o -name '*.done' \) -delete
build_all

# The parts in their order. Each round begins with another server, so that nobody is always measured after the same neighbour.
todo=() left=0
plan() {
  [ "$keep" != --continue ] || [ ! -e "$results/$1.done" ] || return 0
  todo+=("$1")
  left=$((left + $(expected "${1#*.}")))
}
turns=("${servers[@]}" ours-alone)
for ((round = 1; round <= rounds; round++)); do
  for ((i = 0; i < ${#turns[@]}; i++)); do
    part=${turns[(i + (round - 1) * 3) % ${#turns[@]}]}
    ! chosen "$part" || plan "$round.$part"
  done
  ! chosen redis || plan "$round.redis"
done
if chosen growth; then for part in connections messages history; do plan "0.growth-$part"; done; fi

started=$(date +%s) at=0 past=0 all=$left
say "${#todo[@]} parts, about $(((left + 59) / 60)) minutes on two quiet cores; results in $results"
[ ${#todo[@]} = 0 ] || node bench/machine.mjs "bench/compare.sh$given" "$results/machine.json"

# progress WHAT: one line, with what is left as it looks by the parts that are over.
progress() {
  local now=$(($(date +%s) - started)) remaining=$left
  [ "$past" -lt 60 ] || remaining=$((left * since / past))
  say "[$at/${#todo[@]}] $now s, about $(((remaining + 59) / 60)) min left: $1"
}

# run_part ROUND.NAME
run_part() {
  case "$1" in
    *.redis) redis_alone "$1" ;;
    0.growth-connections) growth_connections ;;
    *)
      local name=${1#*.}
      [[ "$name" != growth-* ]] || name=ours
      rm -f "$results/$1.start.failed"
      if ! start "$name"; then
        fail "$1.start" "did not start: $(last_words)"
      else
        case "$1" in
          0.growth-*) "growth_${1#*-}" ;;
          *.ours-alone) alone "$1" ;;
          *) side_by_side "$1" ;;
        esac
      fi
      stop
      ;;
  esac
}

since=0
for part in ${todo[@]+"${todo[@]}"}; do
  at=$((at + 1))
  rm -f "$results/$part.done"
  run_part "$part"
  # What did not start is tried again by --continue.
  [ -e "$results/$part.start.failed" ] || touch "$results/$part.done"
  left=$((left - $(expected "${part#*.}"))) past=$((all - left)) since=$(($(date +%s) - started))
  # A cut-off run has its page up to here.
  [[ $at -lt ${#todo[@]} && "${todo[at]%%.*}" = "${part%%.*}" ]] || node bench/report.mjs "$results" "$output"
done
[ ${#todo[@]} -gt 0 ] || node bench/report.mjs "$results" "$output"
say "$(($(date +%s) - started)) s: $output/performance.md, from $results"
