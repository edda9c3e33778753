#!/usr/bin/env bash
# Fails when a message on a main path costs 20 % more than it did, in relation to a bare WebSocket measured in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh

what=check file=bench/guard.json seconds=3
usage() {
  cat <<'HELP'
bench/guard.sh [--record] [--file bench/guard.json] [--seconds 3]    about a minute and a half, on a machine that has nothing else to do

Compares the cost per message (instructions where perf can count them, CPU time elsewhere; server and Redis together) of direct
messages and of deliveries in a group with the bare WebSocket peer's, and the ratio with the one recorded in the file.
--record writes the ratios found there. --seconds is how long each of the sixteen measurements lasts. NO_BUILD=1 takes what was built before.
Exit code 0: no path costs 20 % more than recorded; 1: one does; 2: nothing is recorded; 3: it could not be measured.
HELP
}
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --record) what=record ;;
    --file) file=${2:?--file needs a file}; shift ;;
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    *) say "Unknown option $1 (see --help)"; exit 2 ;;
  esac
  shift
done
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || { say "--seconds is a whole number from 1"; exit 2; }
source bench/servers.sh
build_all

# A virtual machine without a performance counter says "<not supported>".
unit=cpu
if command -v perf >/dev/null && perf stat -x, -e instructions true 2>&1 | grep -qE '^[0-9]+,'; then unit=instructions; fi

# Both run all the time and are measured in turns: what else the machine does in one minute and not in the next must not look like a ratio.
declare -A urls counted
for server in websocket ours; do
  before=${#pids[@]}
  start "$server" || exit 3
  urls[$server]=${targets[*]}
  counted[$server]=$(IFS=,; echo "${pids[*]:before}")
done

# run SERVER NAME TURN COMMAND...: one measurement, counted by perf where it can.
run() {
  local name=$1-$2 turn=$3 perf=() to warmup=1
  read -ra to <<<"${urls[$1]}"
  if [ "$unit" = instructions ]; then
    perf=(perf stat -x, -e instructions -p "${counted[$1]}" -o "$work/$name.perf.$turn" --) warmup=0
  fi
  "${perf[@]}" "${load[@]}" "${@:4}" "${to[@]}" --seconds "$seconds" --warmup "$warmup" --json "$work/$name.$turn.json" >"$work/run.log" 2>&1 \
    || { say "$1 could not be measured: $(grep -m 2 -E '^error|VIOLATIONS|s: ' "$work/run.log" || tail -n 1 "$work/run.log")"; exit 3; }
}

for server in websocket ours; do
  say "$server warms up"
  read -ra targets <<<"${urls[$server]}"
  "${load[@]}" pairs --seconds 8 --warmup 0 "${targets[@]}" >"$work/run.log" 2>&1 || true
done
for turn in 1 2 3 4; do
  say "turn $turn of 4"
  for server in websocket ours; do run "$server" pairs "$turn" pairs --window 8; done
  for server in websocket ours; do run "$server" group "$turn" group --members 200; done
done

costs=()
for server in websocket ours; do
  costs+=("$(node bench/guard.mjs cost "$unit" acked "$work/$server-pairs" "$work/$server-pairs.perf")")
  costs+=("$(node bench/guard.mjs cost "$unit" delivered "$work/$server-group" "$work/$server-group.perf")")
done
node bench/guard.mjs "$what" "$file" "$unit" "${costs[@]}"
