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
--record writes the ratios found there. --seconds is how long each of the twelve measurements lasts. NO_BUILD=1 takes what was built before.
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

# run NAME TURN COMMAND...: one measurement, counted by perf where it can.
run() {
  local json=$work/$1.$2.json perf=() warmup=1
  if [ "$unit" = instructions ]; then
    perf=(perf stat -x, -e instructions -p "$(IFS=,; echo "${pids[*]}")" -o "$work/$1.perf.$2" --) warmup=0
  fi
  "${perf[@]}" "${load[@]}" "${@:3}" "${targets[@]}" --seconds "$seconds" --warmup "$warmup" --json "$json" >"$work/run.log" 2>&1 \
    || { say "$1 could not be measured: $(grep -m 2 -E '^error|VIOLATIONS|s: ' "$work/run.log" || tail -n 1 "$work/run.log")"; exit 3; }
}

costs=()
for server in websocket ours; do
  start "$server" || exit 3
  say "$server"
  "${load[@]}" pairs --seconds 8 --warmup 0 "${targets[@]}" >"$work/run.log" 2>&1 || true
  for turn in 1 2 3; do
    run "$server-pairs" "$turn" pairs --window 8
    run "$server-group" "$turn" group --members 200
  done
  costs+=("$(node bench/guard.mjs cost "$unit" acked "$work/$server-pairs" "$work/$server-pairs.perf")")
  costs+=("$(node bench/guard.mjs cost "$unit" delivered "$work/$server-group" "$work/$server-group.perf")")
  stop
done
node bench/guard.mjs "$what" "$file" "$unit" "${costs[@]}"
