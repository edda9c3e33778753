#!/usr/bin/env bash
# socketio.sh redis|streams PORT REDIS-PORT: Socket.IO with a list in Redis and redis-adapter or redis-streams-adapter.
set -e
here=$(cd "$(dirname "$0")" && pwd)/socketio
[ -d "$here/node_modules/socket.io" ] || (cd "$here" && npm ci --no-audit --no-fund --ignore-scripts >&2)
cd "$here" && NODE_ENV=production exec node server.js "$@"
