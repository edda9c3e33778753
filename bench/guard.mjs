// The arithmetic of guard.sh.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = 'bench/guard.json', paths = ['pairs', 'group'], allowed = 1.2;
const [what, unit, ...rest] = process.argv.slice(2);

if (what === 'cost') {
  const [field, runs, perf] = rest;
  console.log(Math.min(...[1, 2].map(turn => {
    const run = JSON.parse(readFileSync(`${runs}.${turn}.json`));
    if (unit === 'instructions') {
      return Number(readFileSync(`${perf}.${turn}`, 'utf8').match(/^(\d+),/m)[1]) / run[field];
    }
    return (run.server.cpuSeconds + (run.redis?.cpuSeconds ?? 0)) * 1e6 / run[field];
  })));
} else {
  const [barePairs, bareGroup, pairs, group] = rest.map(Number);
  const found = { pairs: pairs / barePairs, group: group / bareGroup };
  const recorded = existsSync(file) ? JSON.parse(readFileSync(file)) : {};
  if (what === '--record') {
    const rounded = Object.fromEntries(paths.map(path => [path, Math.round(found[path] * 100) / 100]));
    writeFileSync(file, JSON.stringify({ ...recorded, [unit]: rounded }, null, 2) + '\n');
    console.log(`${file}: ${unit} ${JSON.stringify(rounded)}`);
  } else if (!recorded[unit]) {
    console.error(`${file} has no ratios for ${unit}: bench/guard.sh --record`);
    process.exit(2);
  } else {
    for (const path of paths) {
      const bad = found[path] > recorded[unit][path] * allowed;
      console.log(`${path}: ${found[path].toFixed(2)} times the bare WebSocket's ${unit}, recorded ${recorded[unit][path]}${bad ? '  REGRESSION' : ''}`);
      if (bad) process.exitCode = 1;
    }
  }
}
