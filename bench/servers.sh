# Sourced by compare.sh and guard.sh: starts one server at a time on free ports and ends what it started, and nothing else.

servers=(ours two-nodes websocket signalr signalr-redis socketio socketio-streams ejabberd)
work=$(mktemp -d)
pids=()
load=(dotnet exec bench/OrleansChat.Load/bin/Release/net10.0/OrleansChat.Load.dll)
ulimit -n "$(ulimit -Hn)"
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

build_all() {
  need_dotnet
  need_program redis-server redis-server
  need_program node nodejs
  need_program npm npm
  [ "${NO_BUILD:-}" = 1 ] || build src/OrleansChat.Server/OrleansChat.Server.csproj bench/OrleansChat.Load/OrleansChat.Load.csproj bench/peers/OrleansChat.Peers/OrleansChat.Peers.csproj
}

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

launch() {
  "$@" >>"$work/$server.log" 2>&1 &
  pids+=($!)
}

# wait_for PORT: until the last one launched listens there. 3 when it ended instead.
wait_for() {
  local pid=${pids[-1]} n
  for n in {1..300}; do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  say "$server did not start: $(tail -n 1 "$work/$server.log")"
  return 3
}

node_of_ours() {
  launch dotnet exec src/OrleansChat.Server/bin/Release/net10.0/OrleansChat.Server.dll \
    --http "127.0.0.1:$1" --line off --resp off --guests true --limits off --redis "127.0.0.1:$redis" --log-level warning
  wait_for "$1"
  targets+=(--url "http://127.0.0.1:$1" --server-pid "${pids[-1]}")
}

# start SERVER: sets targets, the options of the load generator. Every server has a fresh append-only Redis, fsync every second.
start() {
  server=$1 targets=() redis=$(free_port)
  local port=$(free_port) dialect=
  rm -rf "$work/redis" "$work/ejabberd"
  mkdir "$work/redis"
  launch redis-server --port "$redis" --bind 127.0.0.1 --dir "$work/redis" --save '' --appendonly yes --appendfsync everysec
  wait_for "$redis"
  local redis_pid=${pids[-1]}
  case "$server" in
    ours) node_of_ours "$port" ;;
    two-nodes) node_of_ours "$port"; node_of_ours "$(free_port)" ;;
    redis) ;;
    websocket) dialect=websocket; launch bench/peers/dotnet.sh websocket "$port" ;;
    signalr) dialect=signalr; launch bench/peers/dotnet.sh signalr "$port" ;;
    signalr-redis) dialect=signalr; launch bench/peers/dotnet.sh signalr-redis "$port" "$redis" ;;
    socketio) dialect=socket.io; launch bench/peers/socketio.sh redis "$port" "$redis" ;;
    socketio-streams) dialect=socket.io; launch bench/peers/socketio.sh streams "$port" "$redis" ;;
    ejabberd) dialect=xmpp; launch bench/peers/ejabberd.sh plain "$work/ejabberd" "$port" ;;
    *) say "There is no server $server: ${servers[*]} redis"; return 2 ;;
  esac
  if [ -n "$dialect" ]; then
    wait_for "$port" || return 3
    targets=(--url "http://127.0.0.1:$port" --server-pid "${pids[-1]}" --peer "$dialect")
  fi
  [ "$server" = redis ] || targets+=(--redis-pid "$redis_pid")
}

# stop: ends what was launched, the last first, by its id; -9 for what has not ended after 10 s.
stop() {
  local i n
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null || true
    for n in {1..100}; do kill -0 "${pids[i]}" 2>/dev/null || break; sleep 0.1; done
    kill -9 "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  pids=()
}
