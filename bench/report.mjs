// node bench/report.mjs RESULTS OUTPUT COMMAND: the results of compare.sh as performance.md and charts.
import { execSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { chart } from './chart.mjs';

const [results, output, command] = process.argv.slice(2);
const names = {
  ours: '**OrleansChat**, native door', 'two-nodes': 'OrleansChat, the two of a pair on two nodes', websocket: 'bare Kestrel WebSocket, nothing stored',
  signalr: 'SignalR hub, nothing stored', 'signalr-redis': 'SignalR hub + one Redis script per message, naive', socketio: 'Socket.IO 4.8 + Redis list + redis-adapter',
  'socketio-streams': 'Socket.IO 4.8 + Redis list + redis-streams-adapter', ejabberd: 'ejabberd, no archive',
};
const files = readdirSync(results);
const read = file => JSON.parse(readFileSync(`${results}/${file}`));
const runs = (server, load) => files.filter(file => new RegExp(`^\\d+\\.${server}\\.${load}\\.json$`).test(file)).map(read);
const number = (n, digits) => n.toLocaleString('en-US', { maximumFractionDigits: digits ?? (n >= 1000 ? 0 : n >= 10 ? 1 : 2) });
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The median, and the range where there were several runs. */
function show(list, value) {
  const values = list.map(value).filter(Number.isFinite);
  return values.length === 0 ? '' : number(median(values)) + (values.length > 1 ? ` <sub>${number(Math.min(...values))}–${number(Math.max(...values))}</sub>` : '');
}
const cpu = (run, per) => run.server && run.server[per] + (run.redis?.[per] ?? 0);
const columns = [
  ['pairs8', 'pairs, window 8: delivered/s', run => run.deliveredPerSecond],
  ['pairs8', 'CPU us', run => cpu(run, 'perAcked')],
  ['pairs8', 'p50 ms', run => run.endToEnd.p50],
  ['pairs8', 'p99 ms', run => run.endToEnd.p99],
  ['pairs1', 'window 1: delivered/s', run => run.deliveredPerSecond],
  ['rate', '2,000/s: p50 ms', run => run.endToEnd.p50],
  ['rate', 'p99 ms', run => run.endToEnd.p99],
  ['rate', 'CPU us', run => cpu(run, 'perAcked')],
  ['group', 'group of 500: deliveries/s', run => run.deliveredPerSecond],
  ['group', 'CPU us each', run => cpu(run, 'perDelivered')],
  ['storm', 'KiB per connection', run => run.idle.rssPerConnection / 1024],
  ['storm', 'sign-ins/s', run => run.idle.connectsPerSecond],
];
const present = Object.keys(names).filter(server => files.some(file => file.split('.')[1] === server));
const row = cells => `| ${cells.join(' | ')} |`;
const rule = count => row(Array(count).fill('---'));
const violations = server => files.filter(file => file.split('.')[1] === server && file.endsWith('.json')).map(read).reduce((sum, run) => sum + run.violationCount, 0);

const table = [
  row(['server', ...columns.map(([, title]) => title), 'lost, doubled, reordered']), rule(columns.length + 2),
  ...present.map(server => row([names[server], ...columns.map(([load, , value]) => show(runs(server, load), value)), violations(server)])),
];

const compared = [['pairs, window 8: messages/s', 'pairs8', run => run.deliveredPerSecond, false], ['pairs: CPU per message', 'pairs8', run => cpu(run, 'perAcked'), true],
  ['2,000/s: CPU per message', 'rate', run => cpu(run, 'perAcked'), true], ['group: deliveries/s', 'group', run => run.deliveredPerSecond, false],
  ['group: CPU per delivery', 'group', run => cpu(run, 'perDelivered'), true], ['memory per connection', 'storm', run => run.idle.rssPerConnection, true]];
const ratio = (server, load, value) => {
  const [mine, theirs] = ['ours', server].map(name => median(runs(name, load).map(value)));
  return Number.isFinite(mine / theirs) ? number(mine / theirs, 2) : '';
};
const others = present.filter(server => server !== 'ours' && server !== 'two-nodes');
const ratios = !present.includes('ours') || others.length === 0 ? [] : ['## Ratios: OrleansChat divided by each', '',
  row(['', ...others.map(server => names[server])]), rule(others.length + 1),
  ...compared.map(([title, load, value, less]) => row([`${title} (${less ? 'less' : 'more'} is better)`, ...others.map(server => ratio(server, load, value))])), ''];

const growths = [
  ['connections', 'Memory of a connection at rest', 'connections', 'KiB each', run => run.idle.rssPerConnection / 1024],
  ['conversations', 'A message among many conversations, 5,000/s', 'conversations', 'us of server and Redis CPU', run => cpu(run, 'perAcked')],
  ['group', 'A delivery in a group', 'members', 'us of server and Redis CPU', run => cpu(run, 'perDelivered')],
  ['history', 'A page of 50', 'messages in the conversation', 'us of server and Redis CPU', run => cpu(run, 'perAcked')],
  ['sync', 'Connecting and sync', 'conversations of the user', 'ms, median', run => run.ack.p50],
].map(([name, title, xLabel, yLabel, value]) => ({
  name, title, xLabel, yLabel,
  points: files.map(file => file.match(new RegExp(`^growth\\.${name}\\.(\\d+)\\.json$`))).filter(Boolean)
    .map(match => [Number(match[1]), value(read(match[0]))]).sort((a, b) => a[0] - b[0]),
})).filter(growth => growth.points.length > 0);
for (const growth of growths) {
  writeFileSync(`${output}/images/performance-${growth.name}.svg`, chart(growth));
}

const mixed = files.includes('growth.mixed.500.json') && read('growth.mixed.500.json');
const redis = ['script', 'xadd'].map(kind => files.filter(file => file.endsWith(`.redis-${kind}.txt`)).map(file => Number(readFileSync(`${results}/${file}`, 'utf8'))));
const version = program => { try { return execSync(program, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0]; } catch { return 'absent'; } };
const rounds = new Set(files.map(file => file.split('.')[0]).filter(round => /^\d+$/.test(round))).size;

writeFileSync(`${output}/performance.md`, [
  '# Performance', '',
  `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, commit ${version('git rev-parse --short HEAD')}. ${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, .NET ${version('dotnet --version')}, Node ${process.version}, ${version('redis-server --version').replace(/ sha=.*/, '')}. Generator, server and Redis share the machine; texts have 100 bytes; Redis appends to a file with fsync every second. Medians of ${rounds} round${rounds === 1 ? '' : 's'} taken in turns, ranges beside them.`, '',
  'CPU is server and Redis together, in microseconds per message or delivery. A bare WebSocket and ejabberd acknowledge nothing: there a delivery makes room for the next send. What each server is and does: [bench/README.md](../bench/README.md).', '',
  '## Side by side', '', ...table, '',
  ...(redis[0].length > 0 ? [`Redis alone, 64 commands in flight: one script a message ${show(redis[0], n => n)}/s, plain XADD ${show(redis[1], n => n)}/s.`, ''] : []),
  ...ratios,
  ...(growths.length > 0 ? ['## How cost grows', '', ...growths.map(growth => `![${growth.title}](images/performance-${growth.name}.svg)`), ''] : []),
  ...(mixed ? ['## All at once', '', `${mixed.load}: direct messages p50 ${number(mixed.endToEnd.p50)} ms, p99 ${number(mixed.endToEnd.p99)} ms; ${Object.entries(mixed.others).map(([name, latency]) => `${name} p50 ${number(latency.p50)} ms, p99 ${number(latency.p99)} ms`).join('; ')}.`, ''] : []),
].join('\n'));
