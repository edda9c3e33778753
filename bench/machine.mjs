// node bench/machine.mjs COMMAND FILE: where and when the command was run, for report.mjs; what an earlier part of the same results said stays in it.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The first line of what a program prints; "absent" where it is not there. */
function first(command) {
  try {
    return execSync(command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0];
  } catch {
    return 'absent';
  }
}

const [command, file] = process.argv.slice(2);
const { earlier = [], ...before } = existsSync(file) ? JSON.parse(readFileSync(file)) : {};
const changed = first('git status --porcelain -- src bench') !== '';
const now = {
  command,
  date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  commit: first('git rev-parse --short HEAD') + (changed ? ' with changes' : ''),
  cores: cpus().length,
  processor: cpus()[0].model.trim(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  kernel: `Linux ${release().match(/^\d+\.\d+/)[0]}`,
  dotnet: `.NET ${first('dotnet --list-runtimes | sed -n "s/Microsoft.NETCore.App \\([^ ]*\\).*/\\1/p" | tail -n 1')}`,
  node: `Node ${process.version}`,
  redis: `Redis ${first('redis-server --version').replace(/.*v=(\S+).*/, '$1')}`,
  ejabberd: first("dpkg-query -W -f '${Version}' ejabberd"),
  busy: loadavg()[0].toFixed(1),
};
if (before.command) {
  earlier.push({ command: before.command, date: before.date, commit: before.commit, busy: before.busy });
}
writeFileSync(file, JSON.stringify({ ...now, earlier }, null, 2) + '\n');
