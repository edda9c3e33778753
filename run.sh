#!/usr/bin/env bash
# Installs what is missing, builds, and becomes the server.
set -euo pipefail

case "${1:-}" in
  -h | --help)
    cat <<'HELP'
./run.sh [options]   installs redis-server and Node.js where they are missing (apt-get), builds the server and the web
                     client, and starts the server with these options.

Then open http://127.0.0.1:8080/. Ctrl-C stops it. Without --redis it keeps a Redis of its own, with its data in ./data.
Two nodes on one Redis:
  ./run.sh --redis 127.0.0.1:6379
  ./run.sh --redis 127.0.0.1:6379 --http 127.0.0.1:8081 --line off --resp off

HELP
    ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
source "$here/.ci/common.sh"
need_dotnet
case " $* " in
  *" --redis"* | *" -h "* | *" --help "* | *" --version "*) ;;
  *) [ -n "${CHAT__REDIS:-}" ] || need_program redis-server redis-server ;;
esac
case " $* " in
  *" -h "* | *" --help "* | *" --version "*) ;;
  *) (cd "$here" && build_web) || say "Going on with the page as it was built last; without one, / leads to the page at /lobby." ;;
esac
(cd "$here" && build src/OrleansChat.Server/OrleansChat.Server.csproj)
exec dotnet exec "$here/src/OrleansChat.Server/bin/Release/net10.0/OrleansChat.Server.dll" "$@"
