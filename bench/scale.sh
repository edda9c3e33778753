#!/usr/bin/env bash
# Computes the tables of docs/scale.md from the unit costs and the sizes at its top, by the formulas that stand in the tables themselves.
#   bench/scale.sh [--check] [FILE]     writes the results into the page; --check only says (exit code 1) whether they differ
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
check=
[ "${1:-}" = --check ] && { check=1; shift; }
page=${1:-$here/../docs/scale.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A marker before a table says what it holds: costs (name, value), sizes (name, what, one value for each size), results (name, what,
# formula, one value for each size). Out of the page comes a program that computes every result; variables are what stands in `backticks`.
awk -F'|' '
  function name(cell) { gsub(/[ `]/, "", cell); return cell }
  function value(cell) { gsub(/[ ,]/, "", cell); return cell }
  /^<!-- (costs|sizes|results) -->$/ { kind = $0; gsub(/[^a-z]/, "", kind); next }
  !/^\|/ { if ($0 != "") kind = ""; next }
  kind == "" || !/^\| `/ { next }
  kind == "costs" { all = all name($2) " = " value($3) "\n" }
  kind == "sizes" { columns = NF - 4; for (i = 1; i <= columns; i++) of[i] = of[i] name($2) " = " value($(3 + i)) "\n" }
  kind == "results" { formula = $4; gsub(/`/, "", formula); results = results name($2) " =" formula "\nprint \"" name($2) "\", fmt(" name($2) ")\n" }
  END {
    print "function ceil(x) { return x == int(x) ? x : int(x) + 1 }"
    print "function max(a, b) { return a > b ? a : b }"
    print "function min(a, b) { return a < b ? a : b }"
    print "function fmt(x,  s, out) {"
    print "  if (x < 0) return \"no\""
    print "  if (x < 9.95) return sprintf(\"%.2g\", x)"
    print "  s = sprintf(\"%.0f\", x); out = \"\""
    print "  while (length(s) > 3) { out = \",\" substr(s, length(s) - 2) out; s = substr(s, 1, length(s) - 3) }"
    print "  return s out"
    print "}"
    for (i = 1; i <= columns; i++) print "BEGIN {\n" all of[i] results "}"
  }' "$page" >"$work/program.awk"
awk -f "$work/program.awk" >"$work/results"

awk -F'|' -v OFS='|' -v results="$work/results" '
  BEGIN { while ((getline line < results) > 0) { split(line, part, " "); got[part[1]] = got[part[1]] " " part[2] } }
  /^<!-- results -->$/ { inside = 1; print; next }
  !/^\|/ { if ($0 != "") inside = 0; print; next }
  inside && /^\| `/ {
    name = $2; gsub(/[ `]/, "", name)
    n = split(got[name], values, " ")
    for (i = 1; i <= n; i++) $(4 + i) = " " values[i] " "
  }
  { print }' "$page" >"$work/page"

if cmp -s "$page" "$work/page"; then
  exit 0
elif [ -n "$check" ]; then
  echo "$page does not say what its unit costs come to: run bench/scale.sh" >&2
  diff "$page" "$work/page" >&2 || true
  exit 1
else
  cat "$work/page" >"$page"
fi
