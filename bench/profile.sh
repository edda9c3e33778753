#!/usr/bin/env bash
# Where the server's time per message goes: samples it with perf while a load runs, and prints a table by component.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/common.sh
case "${1:-}" in
  -h | --help)
    cat <<'HELP'
bench/profile.sh [LOAD...]    half a minute; the load is "pairs --window 8" unless told otherwise

Every sample counts for the innermost frame that belongs to a component (bench/profile.mjs), in microseconds of the server's CPU for each
acknowledged message, page or sync. Needs perf (Debian: linux-perf). NO_BUILD=1 takes what was built before.
HELP
    exit 0
    ;;
esac
command -v perf >/dev/null || { say "perf is missing: apt-get install linux-perf"; exit 2; }
source bench/servers.sh
build_all

[ $# -gt 0 ] || set -- pairs --window 8
# perf finds the names of compiled code only where it is not mapped twice.
export DOTNET_PerfMapEnabled=1 DOTNET_EnableWriteXorExecute=0
start ours
unset DOTNET_PerfMapEnabled DOTNET_EnableWriteXorExecute
"${load[@]}" "$@" "${targets[@]}" --warmup 14 --seconds 10 --json "$work/profile.json" >&2 &
generator=$!
sleep 17 # the time for compiling is over
perf record -q -F 1499 -g -p "$(sed -n 's/.*--server-pid \([0-9]*\).*/\1/p' <<<"${targets[*]}")" -o "$work/perf.data" sleep 5 >/dev/null 2>&1
wait "$generator"
perf script -i "$work/perf.data" -F comm,ip,sym,dso 2>/dev/null | node bench/profile.mjs "$work/profile.json"
