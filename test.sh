#!/usr/bin/env bash
# Builds once, runs the test projects, and ends with one line: N passed, N failed, N skipped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
source .ci/common.sh

usage() {
  cat <<'HELP'
./test.sh [--engine Embedded|Orleans] [--jobs N] [NAME...] [-- RUNNER OPTIONS]

NAME          runs only the test projects whose name contains it, such as: ./test.sh Redis Runtime
--engine      which implementation of the Orleans programming model to test [Embedded]
--jobs        how many test projects run at a time [2]
-- OPTIONS    goes to the xunit runner, such as: ./test.sh Server -- -class '*StopTests'

Web is the web client: its unit tests, and those in a browser (./test.sh Web).
Installs redis-server, the stock clients (redis-cli, node, npm, curl, telnet, script), promtool, nginx and chromium where they are missing. Every run has its own Redis, ports and directories.
The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed and every project ran a test.
HELP
}

engine=Embedded
jobs=2
names=()
runner_options=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --engine) engine=${2:?--engine needs Embedded or Orleans}; shift ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --) shift; runner_options=("$@"); break ;;
    -*) say "Unknown option $1 (see --help)"; exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done

[[ "$jobs" =~ ^[1-9][0-9]?$ ]] || { say "--jobs $jobs is not a number from 1 to 99"; exit 2; }
case "$engine" in
  Embedded) output() { echo "tests/$1/bin/Release/net10.0/$1.dll"; } ;;
  Orleans)
    # A folder of its own: the two engines restore different packages.
    build_options+=(-p:Engine=Orleans --artifacts-path artifacts/orleans)
    output() { echo "artifacts/orleans/bin/$1/release/$1.dll"; }
    ;;
  *) say "No engine is called $engine: give Embedded or Orleans"; exit 2 ;;
esac

selected() {
  [ ${#names[@]} -eq 0 ] && return 0
  local name
  for name in "${names[@]}"; do
    [[ "${1,,}" == *"${name,,}"* ]] && return 0
  done
  return 1
}

projects=()
for path in tests/*.Tests/; do
  project=$(basename "$path")
  if selected "$project"; then
    projects+=("$project")
  fi
done
# The longest go first: at the end nothing would be left to run beside them.
longest=(Web Chaos Cluster Server Queues Cli Doors Gateway)
sorted=()
for name in "${longest[@]}"; do
  [[ " ${projects[*]} " == *" OrleansChat.$name.Tests "* ]] && sorted+=("OrleansChat.$name.Tests")
done
for project in "${projects[@]}"; do
  [[ " ${sorted[*]} " == *" $project "* ]] || sorted+=("$project")
done
projects=("${sorted[@]}")
web=false
if [ "$engine" = Embedded ] && selected OrleansChat.Web && [ ${#runner_options[@]} -eq 0 ]; then
  web=true
fi
if [ ${#projects[@]} -eq 0 ] && [ "$web" = false ]; then
  say "No test project has a name with: ${names[*]}"
  exit 2
fi

passed=0 failed=0 skipped=0
finish() {
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}

need_dotnet
need_program redis-server redis-server
# The stock clients that the doors are tested with.
need_program redis-cli redis-tools
need_program node nodejs
need_program npm npm
need_program curl curl
need_program telnet telnet
need_program script bsdutils
# promtool, which says whether metrics are well formed.
need_program promtool prometheus
# The load balancer of docker-compose.yml.
need_program nginx nginx
if [[ " ${projects[*]} " == *" OrleansChat.Web.Tests "* ]]; then
  need_program chromium chromium
  web_is_needed=true
fi
if [ "${web_is_needed:-$web}" = true ] && ! { build_web && install_web; }; then
  failed=1
  finish
  exit 1
fi
if [ ${#names[@]} -eq 0 ]; then
  targets=(OrleansChat.sln)
  for project in "${projects[@]}"; do
    grep -q "$project.csproj" OrleansChat.sln || targets+=("tests/$project/$project.csproj")
  done
else
  targets=()
  for project in "${projects[@]}"; do targets+=("tests/$project/$project.csproj"); done
fi
if ! build "${targets[@]}"; then
  failed=1
  finish
  exit 1
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# Ctrl-C does not reach what runs in the background.
trap 'trap - INT; kill 0' INT
attribute() { grep -m1 -o "<assembly [^>]*" "$2" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }

# Runs one project and leaves its counts in a file. What it has to say is said at once when it has ended.
run() {
  local project=$1 report="$results/$1.xml" log="$results/$1.log" code=0 good=0 bad=1 idle=0 total
  timeout --foreground --kill-after=10 "${TEST_TIMEOUT:-900}" \
    dotnet exec "$(output "$project")" -noLogo -noColor -xml "$report" "${runner_options[@]}" >"$log" 2>&1 </dev/null || code=$?
  {
    if [ ! -s "$report" ]; then
      cat "$log"
      [ "$code" -eq 124 ] && echo "$project was still running after ${TEST_TIMEOUT:-900} s" || echo "$project ended without a result (exit code $code)"
    else
      total=$(attribute total "$report")
      bad=$(($(attribute failed "$report") + $(attribute errors "$report")))
      idle=$(attribute skipped "$report")
      good=$(attribute passed "$report")
      if [ "$total" -eq 0 ] && [ ${#runner_options[@]} -eq 0 ]; then
        echo "$project has no tests"
        bad=1
      elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && [ "$total" -gt 0 ]; then
        echo "$project passed its tests but ended with exit code $code"
        bad=1
      fi
      if [ "$bad" -eq 0 ]; then
        grep '^Measured: ' "$log" || true
      else
        grep -vE '^  (Discover|Starting|Finished)|^=== TEST|^   [A-Za-z.]+ +Total:' "$log" || true
      fi
    fi
  } >"$results/$project.said"
  say_result "$project" "$good" "$bad" "$idle"
}

# The client library and the page's parts, without a browser.
run_web() {
  local project=web report="$results/web.json" log="$results/web.log" code=0 good=0 bad=1 idle=0 counts
  (cd src/web && timeout --foreground --kill-after=10 "${TEST_TIMEOUT:-900}" npx vitest run --reporter=json --outputFile="$report") >"$log" 2>&1 </dev/null || code=$?
  {
    if counts=$(node src/web/scripts/counts.mjs "$report" 2>"$results/failures"); then
      read -r good bad idle <<<"$counts"
      cat "$results/failures"
      if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then
        echo "src/web ended with exit code $code after $good tests"
        bad=1
      fi
    else
      cat "$log"
    fi
  } >"$results/$project.said"
  say_result "$project" "$good" "$bad" "$idle"
}

# say_result PROJECT PASSED FAILED SKIPPED
say_result() {
  printf '%-32s %5d passed %3d failed %3d skipped  %4d s\n' "$@" "$((SECONDS - started))" >>"$results/$1.said"
  flock "$results/lock" cat "$results/$1.said"
  echo "$2 $3 $4" >"$results/$1.counts"
}

printf 'Engine %s\n' "$engine"
touch "$results/lock"
if [ "$web" = true ]; then
  projects+=(web)
fi
for project in "${projects[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || true; done
  started=$SECONDS
  if [ "$project" = web ]; then run_web & else run "$project" & fi
done
wait
for project in "${projects[@]}"; do
  # No counts: the run of this project itself broke.
  read -r good bad idle < <(cat "$results/$project.counts" 2>/dev/null || echo "0 1 0")
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + idle))
done
finish
