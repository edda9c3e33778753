# Sourced by compare.sh: what is measured of each server, and how long it takes on two cores that do nothing else.

# fail NAME REASON: what could not be measured gets a line in the page, and the run goes on.
fail() {
  say "     $1: $2"
  printf '%s\n' "$2" >"$results/$1.failed"
}

# measure NAME COMMAND...: one run of $seconds, or of $rest. Its violations are in the JSON; a run that broke leaves its last words.
measure() {
  local name=$1 code=0
  shift
  rm -f "$results/$name".{json,failed}
  progress "$name"
  timeout --foreground -k 5 "${limit:-150}" "${load[@]}" "$@" "${targets[@]}" --seconds "${rest:-$seconds}" --drain 5 --json "$results/$name.json" >"$work/run.log" 2>&1 || code=$?
  if [ ! -s "$results/$name.json" ]; then
    if [ "$code" = 124 ]; then fail "$name" "did not end within ${limit:-150} s"; else fail "$name" "$(grep -m 1 -E '^error|^Unhandled' "$work/run.log" || tail -n 1 "$work/run.log")"; fi
    [ ! -s "$work/$server.log" ] || say "     the server: $(last_words)"
  elif [ "$code" != 0 ]; then
    say "     $(grep -m 1 -A 1 VIOLATIONS "$work/run.log" | tr -s ' \n' ' ')"
  fi
}

# warm_up SECONDS COMMAND...: what a server compiles, it compiles before it is measured.
warm_up() {
  progress "$server warms up for $1 s, $2"
  timeout --foreground -k 5 150 "${load[@]}" "${@:2}" "${targets[@]}" --seconds "$1" --warmup 0 --drain 5 >"$work/run.log" 2>&1 || true
}

# hot RUN: direct messages while a group of 10,000 gets 20 messages, 200,000 deliveries, a second. Each load has a generator of its own:
# one that has 10,000 deliveries to take would be late for the direct message behind them.
hot() {
  local begun=$work/begun lasts=$((whole + 25)) pid n
  rm -f "$begun" "$results/$1.hot-group".{json,failed}
  "${load[@]}" group --members "$members" --senders 5 --rate 20 "${targets[@]}" --warmup 1 --seconds "$lasts" --drain 10 \
    --json "$results/$1.hot-group.json" --begun "$begun" >"$work/hot.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  progress "$1.hot, the group comes"
  for n in {1..1200}; do [ ! -e "$begun" ] && kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  if [ -e "$begun" ]; then measure "$1.hot" pairs --pairs 20 --rate 1000 --warmup 1; else fail "$1.hot" "the group did not begin: $(tail -n 1 "$work/hot.log")"; fi
  # What was measured after the group's last message would prove nothing.
  if [ -e "$results/$1.hot.json" ] && [ $(($(date +%s) - $(stat -c %Y "$begun"))) -ge "$lasts" ]; then
    rm "$results/$1.hot.json"
    fail "$1.hot" "the group's $lasts s were over before the direct messages were"
  fi
  wait "$pid" || say "     $(tail -n 1 "$work/hot.log")"
  unset 'pids[-1]'
}

# rewritten: Redis writes its file anew when it has doubled. What was stored before is written anew now, and not, for two seconds and on one of the
# cores, while latencies are measured.
rewritten() {
  local n
  progress "$server, Redis writes its file anew"
  redis-cli -p "$redis" bgrewriteaof >/dev/null || true
  for n in {1..300}; do
    sleep 0.1
    ! redis-cli -p "$redis" info persistence | grep -Eq '^aof_rewrite_(in_progress|scheduled):1' || continue
    return 0
  done
  say "     Redis still writes its file anew"
}

# side_by_side RUN: what is measured of every server.
side_by_side() {
  # ejabberd loses some of 64 that come at once until the client's system asks again, seconds later.
  local at_once=64
  [[ "$server" != ejabberd* ]] || at_once=16
  # Memory on a fresh server, whose heap has not grown yet; sign-ins by one that has compiled.
  [ "$server" = two-nodes ] || rest=0.5 measure "$1.memory" storm --connections 2000 --at-once "$at_once" --warmup 0.5
  case "$server" in
    socketio* | ejabberd*) warm_up "$(((warm + 2) / 3))" pairs ;;
    # Two processes compile the same code side by side, each with half of the processor.
    two-nodes) warm_up "$((2 * warm))" pairs ;;
    *) warm_up "$warm" pairs ;;
  esac
  measure "$1.pairs8" pairs --window 8 --warmup 0.5
  [ "$server" = two-nodes ] || measure "$1.pairs1" pairs --window 1 --warmup 0.5
  rewritten
  measure "$1.rate" pairs --rate 2000 --warmup 0.5
  measure "$1.group" group --members 500 --senders 5 --window 2 --warmup 1
  [ "$server" = two-nodes ] || rest=0.5 measure "$1.storm" storm --connections 2000 --at-once "$at_once" --warmup 0.2
}

# alone RUN: what only this server is measured for.
alone() {
  rest=5 measure "$1.idle5000" storm --connections 5000 --warmup 3
  warm_up "$warm" pairs
  measure "$1.signalr" pairs --door signalr --warmup 3
  measure "$1.socket.io" pairs --door socket.io --warmup 3
  measure "$1.native" pairs --warmup 1
  measure "$1.native-echo" pairs --echo --warmup 1
  measure "$1.mixed" mixed --warmup 1
  measure "$1.group10k" group --members "$members" --senders 5 --window 2 --warmup 1
  hot "$1"
  measure "$1.sync1000" sync --conversations 1000 --warmup 1
  limit=300 measure "$1.history1m" history --messages "$messages" --warmup 2
}

# redis_alone RUN
redis_alone() {
  local command
  for command in script xadd; do
    progress "$1-$command"
    rm -f "$results/$1-$command".{txt,failed}
    start redis && bench/peers/redis.sh "$command" "$redis" 300000 >"$results/$1-$command.txt" || fail "$1-$command" "$(last_words)"
    stop
  done
}

# How cost grows, once. What alone measures in every round is not measured here again.
growth_connections() {
  # As many as the limit on open files allows, up to 50,000: a tenth more come first, before memory is read.
  local n most=$((($(ulimit -n) - 1000) * 10 / 11 / 1000 * 1000))
  for n in 1000 $((most < 50000 ? most : 50000)); do start ours && rest=3 measure "growth.connections.$n" storm --connections "$n" --warmup 1; stop; done
}

growth_messages() {
  local n
  warm_up "$warm" pairs
  warm_up 3 group --members 100
  for n in 10 100 1000 5000; do measure "growth.conversations.$n" pairs --pairs "$n" --rate 5000 --warmup 1; done
  for n in 10 100 500 2000; do measure "growth.group.$n" group --members "$n" --warmup 1; done
}

growth_history() {
  local n
  warm_up 3 sync --conversations 100
  warm_up "$warm" history --messages 5000
  for n in 10 100; do measure "growth.sync.$n" sync --conversations "$n" --warmup 0.5; done
  for n in 1000 10000 100000; do measure "growth.history.$n" history --messages "$n" --warmup 0.5; done
}

# expected PART: the seconds it takes.
expected() {
  case "$1" in
    two-nodes) echo $((3 * (whole + 2) + 2 * warm + 4)) ;;
    socketio*) echo $((5 * (whole + 2) + warm / 3 + 4)) ;;
    ejabberd) echo $((5 * (whole + 2) + warm / 3 + 9)) ;;
    ejabberd-archive) echo $((5 * (whole + 2) + warm / 3 + 40)) ;;
    ours-alone) echo $((9 * (whole + 2) + warm + 69 + members / 250 + messages / 40000)) ;;
    redis) echo 6 ;;
    growth-connections) echo 40 ;;
    growth-messages) echo $((8 * (whole + 3) + warm + 15)) ;;
    growth-history) echo $((5 * (whole + 2) + warm + 10)) ;;
    *) echo $((5 * (whole + 2) + warm + 3)) ;;
  esac
}
