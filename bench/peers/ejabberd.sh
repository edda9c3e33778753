#!/usr/bin/env bash
# ejabberd.sh plain|archive DIRECTORY PORT: Debian's ejabberd in the foreground, with all its files in DIRECTORY. Exit code 3: not installed.
set -e
here=$(cd "$(dirname "$0")" && pwd)/ejabberd
command -v ejabberdctl >/dev/null || { echo "ejabberd is not installed (apt-get install ejabberd): left out" >&2; exit 3; }
mkdir -p "$2"
modules=$([ "$1" = archive ] && echo '  mod_mam: {default: always, db_type: mnesia}' || true)
sed -e "s/@PORT@/$3/" -e "s|@ARCHIVE@|$modules|" "$here/ejabberd.yml" >"$2/ejabberd.yml"
export EJABBERD_CONFIG_PATH="$2/ejabberd.yml" EJABBERD_LOG_PATH="$2/ejabberd.log" HOME="$2" ERL_CRASH_DUMP=/dev/null
# No distribution and no epmd: nothing stays behind, and no other node is met.
export ERL_LIBS=/usr/lib/$(uname -m)-linux-gnu
exec erl +K true +P 250000 -noinput -mnesia dir "\"$2/mnesia\"" -s ejabberd
