# Sourced by compare.sh, guard.sh and profile.sh: starts servers on free ports and ends what it started, and nothing else.

servers=(ours two-nodes websocket signalr signalr-redis socketio socketio-2 socketio-streams ejabberd ejabberd-archive)
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

# launch COMMAND...: in the background, its output in the server's log; $! is its id.
launch() {
  "$@" >>"$work/$server.log" 2>&1 &
  pids+=($!)
}

# wait_for PORT: until the last one launched listens there. 3 when it ended instead, or took 30 s.
wait_for() {
  local pid=${pids[-1]} n
  for n in {1..300}; do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  say "$server did not start: $(last_words)"
  return 3
}

last_words() { grep -v '^[[:space:]]*$' "$work/$server.log" | tail -n 1 | cut -c 1-300; }

# node_of_ours PORT
node_of_ours() {
  launch dotnet exec src/OrleansChat.Server/bin/Release/net10.0/OrleansChat.Server.dll \
    --http "127.0.0.1:$1" --line off --resp off --guests true --limits off --redis "127.0.0.1:$redis" --log-level warning
  wait_for "$1" || return
  targets+=(--url "http://127.0.0.1:$1" --server-pid "${pids[-1]}")
}

# peer DIALECT PORT COMMAND...
peer() {
  local dialect=$1 port=$2
  shift 2
  launch "$@"
  wait_for "$port" || return
  targets+=(--url "http://127.0.0.1:$port" --server-pid "${pids[-1]}")
  [[ " ${targets[*]} " == *" --peer "* ]] || targets+=(--peer "$dialect")
}

# start SERVER: sets targets, the options of the load generator. Every server has a fresh append-only Redis, fsync every second.
start() {
  server=$1 targets=() redis=$(free_port)
  local port redis_pid
  rm -rf "$work/ejabberd" "$work/$server.log"
  mkdir "$work/redis.$redis"
  launch redis-server --port "$redis" --bind 127.0.0.1 --dir "$work/redis.$redis" --save '' --appendonly yes --appendfsync everysec
  wait_for "$redis" || return
  redis_pid=${pids[-1]} port=$(free_port)
  case "$server" in
    redis) return ;;
    ours | ours-alone) node_of_ours "$port" ;;
    two-nodes) node_of_ours "$port" && node_of_ours "$(free_port)" ;;
    websocket) peer websocket "$port" bench/peers/dotnet.sh websocket "$port" ;;
    signalr) peer signalr "$port" bench/peers/dotnet.sh signalr "$port" ;;
    signalr-redis) peer signalr "$port" bench/peers/dotnet.sh signalr-redis "$port" "$redis" ;;
    socketio) peer socket.io "$port" bench/peers/socketio.sh redis "$port" "$redis" ;;
    socketio-2)
      peer socket.io "$port" bench/peers/socketio.sh redis "$port" "$redis" || return
      port=$(free_port)
      peer socket.io "$port" bench/peers/socketio.sh redis "$port" "$redis"
      ;;
    socketio-streams) peer socket.io "$port" bench/peers/socketio.sh streams "$port" "$redis" ;;
    ejabberd) peer xmpp "$port" bench/peers/ejabberd.sh plain "$work/ejabberd" "$port" ;;
    ejabberd-archive) peer xmpp "$port" bench/peers/ejabberd.sh archive "$work/ejabberd" "$port" ;;
    *) say "There is no server $server: ${servers[*]} redis"; return 2 ;;
  esac || return
  targets+=(--redis-pid "$redis_pid")
}

# stop: ends what was launched, the last first, by its id; -9 for what has not ended after 10 s.
stop() {
  local i n pid
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    pid=${pids[i]}
    kill "$pid" 2>/dev/null || continue
    for n in {1..100}; do kill -0 "$pid" 2>/dev/null || continue 2; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
  rm -rf "$work"/redis.*
}
