#!/usr/bin/env bash
# Builds what runs nodes and clients through faults and checks their histories, and becomes it.
set -euo pipefail

case "${1:-}" in
  -h | --help)
    cat <<'HELP'
./chaos.sh [options]         runs nodes and clients through faults; exit code 1 when a promise was broken, and the history is kept
./chaos.sh mutants           plants one bug after the other and says which were caught
./chaos.sh model             explores the model of the delivery protocol
./chaos.sh check DIRECTORY   checks a history that was kept
./chaos.sh overload          offers a node three times what it can do, stops Redis meanwhile, then lets 2,000 clients come back at once
./chaos.sh fuzz              tries every parser and every door with mutated inputs, a minute each
./chaos.sh soak              half an hour of mixed load with faults: is anything more at the end than it was?
./chaos.sh list              lists all faults and all bugs

Ten minutes with everything on three nodes:
  ./chaos.sh --minutes 10 --nodes 3 --seed 7
What it promises and what it found: docs/reliability.md

HELP
    ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
source "$here/.ci/common.sh"
need_dotnet
case " $* " in
  *" -h "* | *" --help "* | *" check "* | *" model "* | *" list "*) ;;
  *) need_program redis-server redis-server ;;
esac
(cd "$here" && build tests/OrleansChat.Chaos/OrleansChat.Chaos.csproj)
exec dotnet exec "$here/tests/OrleansChat.Chaos/bin/Release/net10.0/OrleansChat.Chaos.dll" "$@"
