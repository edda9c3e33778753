# Sourced by run.sh, test.sh and .ci/run: what they share in installing and building.

say() { printf '%s\n' "$*" >&2; }

# No build server stays behind: a finished run leaves no process.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
build_options=(-c Release -nologo --tl:off -v quiet -p:UseSharedCompilation=false)

need_dotnet() {
  command -v dotnet >/dev/null && return
  say "The .NET 10 SDK is missing. Install it: https://dotnet.microsoft.com/download/dotnet/10.0"
  exit 1
}

# need_program PROGRAM PACKAGE: installs the Debian package when the program is missing.
need_program() {
  command -v "$1" >/dev/null && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "$1 is missing, and neither root nor sudo is at hand. Install it as root: apt-get install $2"
      exit 1
    fi
    as_root=(sudo)
  fi
  if ! command -v apt-get >/dev/null; then
    say "$1 is missing, and this system has no apt-get. Install the package that holds $1 (on Fedora: dnf install redis)."
    exit 1
  fi
  say "Installing $2 ..."
  # Runlevel 1 keeps the package from starting a service of its own. A second run beside this one may hold the lock: wait.
  local install=("${as_root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  "${install[@]}" install -y --no-install-recommends "$2" >/dev/null 2>&1 \
    || { "${install[@]}" update >&2 && "${install[@]}" install -y --no-install-recommends "$2" >&2; } \
    || command -v "$1" >/dev/null \
    || { say "$2 could not be installed. Install it by hand: sudo apt-get install $2"; exit 1; }
}

# build PROJECT...: one after the other, and one run at a time in this clone. Says something only when it fails.
build() {
  mkdir -p artifacts
  local log project
  log=$(mktemp)
  for project in "$@"; do
    if ! flock artifacts/build.lock dotnet build "$project" "${build_options[@]}" >"$log" 2>&1; then
      say "The build of $project failed:"
      grep -E 'error|warning MSB' "$log" | sort -u >&2 || cat "$log" >&2
      rm -f "$log"
      return 1
    fi
  done
  rm -f "$log"
}

# web_sources: what the built web client depends on, relative to src/web.
web_sources() {
  (cd src/web && find . \( -name node_modules -o -name dist-client \) -prune -o -type f -print | LC_ALL=C sort)
}

# install_web: the packages of the web client, when the lock file is not the one that they were installed from.
install_web() {
  need_program node nodejs
  need_program npm npm
  local lock stamp=src/web/node_modules/.installed log
  lock=$(sha256sum <src/web/package-lock.json)
  [ "$(cat "$stamp" 2>/dev/null)" = "$lock" ] && return
  if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; then
    say "The web client needs Node.js 20.19 or newer, and this is $(node --version). Install a newer one: https://nodejs.org/"
    return 1
  fi
  log=$(mktemp)
  if ! (cd src/web && npm ci --no-audit --no-fund) >"$log" 2>&1; then
    say "The packages of the web client could not be installed (npm ci in src/web, which needs a package registry): $(grep -m 1 -E 'npm (error|ERR!)' "$log" || tail -n 1 "$log")"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  echo "$lock" >"$stamp"
}

# build_web: builds the web client into the server's wwwroot, unless what is there was built from these sources.
build_web() {
  mkdir -p artifacts
  local output=src/OrleansChat.Server/wwwroot sources log
  sources=$(web_sources | (cd src/web && tr '\n' '\0' | xargs -0 sha256sum) | sha256sum)
  (
    flock 9
    [ -f "$output/index.html" ] && [ "$(cat artifacts/web.stamp 2>/dev/null)" = "$sources" ] && exit 0
    install_web || exit 1
    log=$(mktemp)
    if ! (cd src/web && npm run --silent build) >"$log" 2>&1; then
      say "The build of the web client failed:"
      cat "$log" >&2
      rm -f "$log"
      exit 1
    fi
    rm -f "$log"
    echo "$sources" >artifacts/web.stamp
  ) 9>artifacts/web.lock
}
