// node bench/machine.mjs COMMAND: where and when the command was run, for report.mjs.
import { execSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The first line of what a program prints; "absent" where it is not there. */
function first(command) {
  try {
    return execSync(command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0];
  } catch {
    return 'absent';
  }
}

const changed = first('git status --porcelain -- src bench') !== '';
console.log(JSON.stringify({
  command: process.argv[2],
  date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  commit: first('git rev-parse --short HEAD') + (changed ? ' with changes' : ''),
  cores: cpus().length,
  processor: cpus()[0].model.trim(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  kernel: `Linux ${release()}`,
  dotnet: `.NET ${first('dotnet --list-runtimes | sed -n "s/Microsoft.NETCore.App \\([^ ]*\\).*/\\1/p" | tail -n 1')}`,
  node: `Node ${process.version}`,
  redis: `Redis ${first('redis-server --version').replace(/.*v=(\S+).*/, '$1')}`,
  ejabberd: first("dpkg-query -W -f '${Version}' ejabberd"),
  busy: loadavg()[0].toFixed(1),
}, null, 2));
