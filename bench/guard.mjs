// The arithmetic of guard.sh.
//   node bench/guard.mjs cost UNIT FIELD RUN [PERF]                          the smallest cost of RUN.1.json, RUN.2.json ...: what disturbs a run only adds
//   node bench/guard.mjs check|record FILE UNIT BARE-PAIRS BARE-GROUP PAIRS GROUP
// check exits with 1 when a path costs more than it may, 2 when nothing is recorded in that unit.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const paths = ['pairs', 'group'], allowed = 1.2;

function cost(unit, field, runs, perf) {
  const turns = [1, 2, 3, 4].filter(turn => existsSync(`${runs}.${turn}.json`));
  return Math.min(...turns.map(turn => {
    const run = JSON.parse(readFileSync(`${runs}.${turn}.json`));
    return unit === 'instructions'
      ? Number(readFileSync(`${perf}.${turn}`, 'utf8').match(/^(\d+),/m)[1]) / run[field]
      : (run.server.cpuSeconds + (run.redis?.cpuSeconds ?? 0)) * 1e6 / run[field];
  }));
}

function compare(what, file, unit, found) {
  const recorded = existsSync(file) ? JSON.parse(readFileSync(file)) : {};
  if (what === 'record') {
    const rounded = Object.fromEntries(paths.map(path => [path, Math.round(found[path] * 100) / 100]));
    writeFileSync(file, JSON.stringify({ ...recorded, [unit]: rounded }, null, 2) + '\n');
    console.log(`${file}: ${unit} ${JSON.stringify(rounded)}`);
    return 0;
  }

  if (!recorded[unit]) {
    console.error(`${file} has no ratios for ${unit}: bench/guard.sh --record`);
    return 2;
  }

  const bad = paths.filter(path => found[path] > recorded[unit][path] * allowed);
  for (const path of paths) {
    const than = Math.round((found[path] / recorded[unit][path] - 1) * 100);
    console.log(`${path}: ${found[path].toFixed(2)} times the bare WebSocket's ${unit}, recorded ${recorded[unit][path]}: ${Math.abs(than)} % ${than < 0 ? 'less' : 'more'}${bad.includes(path) ? '  REGRESSION' : ''}`);
  }

  return bad.length > 0 ? 1 : 0;
}

const [what, ...rest] = process.argv.slice(2);
if (what === 'cost') {
  console.log(cost(...rest));
} else {
  const [file, unit, ...costs] = rest;
  const [barePairs, bareGroup, pairs, group] = costs.map(Number);
  const found = { pairs: pairs / barePairs, group: group / bareGroup };
  if (costs.length !== 4 || !paths.every(path => Number.isFinite(found[path]) && found[path] > 0)) {
    console.error(`These are not four costs: ${costs.join(' ')}`);
    process.exitCode = 3;
  } else {
    process.exitCode = compare(what, file, unit, found);
  }
}
