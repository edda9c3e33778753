#!/usr/bin/env bash
# Fails when a message on a main path costs 20 % more than it did, in relation to a bare WebSocket measured in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh

case "${1:-}" in
  "" | --record) ;;
  *)
    cat <<'HELP'
bench/guard.sh [--record]    about a minute and a half, on a machine that has nothing else to do

Compares the cost per message (instructions where perf can count them, CPU time elsewhere; server and Redis together) of direct
messages and of deliveries in a group with the bare WebSocket peer's, and the ratio with the one in bench/guard.json.
--record writes the ratios found into that file. NO_BUILD=1 takes what was built before.
HELP
    [[ "$1" == -h || "$1" == --help ]] && exit 0 || exit 2
    ;;
esac
source bench/servers.sh
build_all

# A virtual machine without a performance counter says "<not supported>".
unit=cpu
if command -v perf >/dev/null && perf stat -x, -e instructions true 2>&1 | grep -qE '^[0-9]+,'; then unit=instructions; fi

# cost NAME COMMAND FIELD: the cost of one message, the smaller of two runs: what disturbs a run only adds.
cost() {
  local name=$1 field=$3 turn
  for turn in 1 2; do
    if [ "$unit" = instructions ]; then
      local watched
      watched=$(IFS=,; echo "${pids[*]}")
      perf stat -x, -e instructions -p "$watched" -o "$work/perf.$turn" -- \
        "${load[@]}" $2 "${targets[@]}" --seconds 5 --warmup 0 --json "$work/$name.$turn.json" >&2
    else
      "${load[@]}" $2 "${targets[@]}" --seconds 5 --warmup 1 --json "$work/$name.$turn.json" >&2
    fi
  done
  node bench/guard.mjs cost "$unit" "$field" "$work/$name" "$work/perf"
}

found=()
for server in websocket ours; do
  start "$server"
  "${load[@]}" pairs --seconds 4 "${targets[@]}" >&2
  found+=("$(cost "$server-pairs" "pairs --window 8" acked)" "$(cost "$server-group" "group --members 200" delivered)")
  stop
done
node bench/guard.mjs "${1:-check}" "$unit" "${found[@]}"
