// node bench/report.mjs RESULTS OUTPUT: the results of compare.sh as charts and as the measured part of OUTPUT/performance.md, the lines
// between its two markers. Everything else on that page is written by hand and stays.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bars } from './chart.mjs';
import { growth, ours } from './report-ours.mjs';
import { Results, cpu, number, show, table } from './results.mjs';
import { targets } from './targets.mjs';

const [directory, output] = process.argv.slice(2);
const begin = '<!-- measured: bench/compare.sh writes up to the next marker -->', end = '<!-- /measured -->';
const results = new Results(directory);

/** What a row is called, and what a bar of a chart is called. */
const names = {
  ours: ['**OrleansChat**, native door', 'OrleansChat'],
  'two-nodes': ['**OrleansChat**, two nodes, the two of a pair on different ones', 'OrleansChat, 2 nodes'],
  websocket: ['bare Kestrel WebSocket, nothing stored', 'bare WebSocket, nothing stored'],
  signalr: ['SignalR hub, nothing stored', 'SignalR, nothing stored'],
  'signalr-redis': ['SignalR hub + one Redis script per message, naive', 'SignalR + Redis, naive'],
  socketio: ['Socket.IO 4.8 + Redis list + redis-adapter', 'Socket.IO + Redis'],
  'socketio-2': ['the same, 2 processes, the two of a pair on different ones', 'Socket.IO + Redis, 2 processes'],
  'socketio-streams': ['Socket.IO 4.8 + Redis list + redis-streams-adapter', 'Socket.IO + Redis streams'],
  ejabberd: ['ejabberd, no archive', 'ejabberd, no archive'],
  'ejabberd-archive': ['ejabberd with archive (Mnesia)', 'ejabberd with archive'],
};
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
  ['memory', 'KiB per connection', run => run.idle?.rssPerConnection / 1024],
  ['storm', 'connects/s', run => run.idle?.connectsPerSecond],
];
const present = Object.keys(names).filter(server => results.files.some(file => /^\d+$/.test(file.split('.')[0]) && file.split('.')[1] === server));
const section = (title, body) => (body.length > 0 ? [`## ${title}`, '', ...body] : []);

function write(name, svg) {
  mkdirSync(`${output}/images`, { recursive: true });
  writeFileSync(`${output}/images/performance-${name}.svg`, svg);
}

function machine() {
  const m = results.machine, rounds = `${results.rounds} round${results.rounds === 1 ? '' : 's'}`;
  const ejabberd = m.ejabberd && m.ejabberd !== 'absent' ? `, ejabberd ${m.ejabberd}` : '';
  const run = ({ command, date, commit, busy }) => `\`${command}\` on ${date} UTC, commit ${commit}, load average ${busy} at the start`;
  return [
    ...(m.command === undefined ? [`Medians of ${rounds} on a machine that was not recorded.`] : [
      `Measured by ${run(m)}. ${m.cores} cores (${m.processor}), ${m.memory}, ${m.kernel}, ${m.dotnet}, ${m.node}, ${m.redis}${ejabberd}. `
      + `Generator, server and Redis share the machine; texts have 100 bytes; Redis appends to a file with fsync every second. Medians of ${rounds} taken in turns${results.rounds === 1 ? '' : ', ranges beside them'}.`,
      ...(m.earlier?.length > 0 ? ['', 'Parts of it are from before:', '', ...m.earlier.map(part => `- ${run(part)}`)] : []),
      ...(m.command.includes('--quick') ? ['', '**A quick look: its groups and histories are smaller than the table of what was wanted says, and its figures say little.**'] : []),
    ]), '',
    'CPU is server and Redis together, user and system, in microseconds for a message or for a delivery. Latencies are end to end, from before the send is written to its delivery; at 2,000/s from the time at which it was due.', '',
  ];
}

function sideBySide() {
  const body = present.length === 0 ? [] : table(['server', ...columns.map(([, title]) => title)], present.map(server => [names[server][0], ...columns.map(([load, , value]) => results.cell(server, load, value))]));
  const alone = kind => results.between('', `.redis-${kind}.txt`).map(round => Number(results.text(`${round}.redis-${kind}.txt`))).filter(n => n > 0);
  const [script, xadd] = [alone('script'), alone('xadd')];
  return [...body, ...(script.length > 0 && xadd.length > 0 ? [`Redis alone, 64 commands in flight: that script ${show(script)}/s, plain XADD ${show(xadd)}/s.`, ''] : [])];
}

function sideCharts() {
  const charts = [
    ['throughput', 'Direct messages, 100 pairs, window 8', 'delivered a second', 'pairs8', run => run.deliveredPerSecond],
    ['cpu', 'What a direct message costs, window 8', 'microseconds of server and Redis CPU; less is better', 'pairs8', run => cpu(run, 'perAcked')],
    ['group-throughput', 'Deliveries in a group of 500', 'delivered a second', 'group', run => run.deliveredPerSecond],
  ].map(([name, title, unit, load, value]) => ({ name, title, unit, bars: present.map(server => [names[server][1], results.median(server, load, value), /^(ours|two-nodes)$/.test(server)]).filter(([, n]) => n > 0) }))
    .filter(chart => chart.bars.length > 1);
  charts.forEach(chart => write(chart.name, bars(chart)));
  return charts.length === 0 ? [] : [...charts.map(({ name, title }) => `![${title}](images/performance-${name}.svg)`), ''];
}

function reached() {
  const rows = targets(results).map(({ what, aim, value, digits, least }) => {
    const met = Number.isFinite(value) ? (least ? value >= aim : value <= aim) : undefined;
    return [what, `${least ? 'at least' : 'at most'} ${number(aim, digits)}`, met === undefined ? 'not measured' : number(value, digits), met === undefined ? '' : met ? 'yes' : '**no**'];
  });
  return present.includes('ours') ? table(['', 'wanted', 'found', 'reached'], rows) : [];
}

function ratios() {
  const others = present.filter(server => server !== 'ours' && server !== 'two-nodes');
  if (!present.includes('ours') || others.length === 0) return [];
  const compared = [['pairs, window 8: messages/s', 'pairs8', run => run.deliveredPerSecond, 'more'], ['pairs, window 8: CPU per message', 'pairs8', run => cpu(run, 'perAcked'), 'less'],
    ['pairs, window 1: messages/s', 'pairs1', run => run.deliveredPerSecond, 'more'], ['2,000/s: p99', 'rate', run => run.endToEnd.p99, 'less'],
    ['2,000/s: CPU per message', 'rate', run => cpu(run, 'perAcked'), 'less'], ['group of 500: deliveries/s', 'group', run => run.deliveredPerSecond, 'more'],
    ['group of 500: CPU per delivery', 'group', run => cpu(run, 'perDelivered'), 'less'], ['memory per connection', 'memory', run => run.idle?.rssPerConnection, 'less'],
    ['connects/s', 'storm', run => run.idle?.connectsPerSecond, 'more']];
  return table(['', ...others.map(server => names[server][1])], compared.map(([title, load, value, better]) =>
    [`${title} (${better} is better)`, ...others.map(server => results.median('ours', load, value) / results.median(server, load, value)).map(ratio => (Number.isFinite(ratio) ? number(ratio, 2) : ''))]));
}

/** Who took the processor: a generator at a whole core would be measured instead of the server. */
function shares() {
  const loads = [['pairs8', 'window 8'], ['rate', '2,000/s'], ['group', 'group of 500']];
  const value = (server, load) => ['server', 'redis', 'generator'].map(who => results.median(server, load, run => run[who]?.cores)).map(n => (Number.isFinite(n) ? number(n, 2) : '–')).join(' / ');
  const allocated = server => results.cell(server, 'pairs8', run => run.allocatedPerAcked);
  return present.length === 0 ? [] : table(['server / Redis / generator, cores', ...loads.map(([, title]) => title), 'bytes allocated a message, window 8'],
    present.map(server => [names[server][1], ...loads.map(([load]) => (results.of(server, load).length > 0 ? value(server, load) : '')), allocated(server)]));
}

function remarks() {
  const clean = text => text.replace(/\s+/g, ' ').replace(/[|<>]/g, ' ').slice(0, 200);
  const failures = results.failures().map(([what, why]) => `- ${what} failed: ${clean(why)}`);
  const violations = results.violations().map(([what, count, first]) => `- ${what}: ${number(count)}, the first: ${clean(first ?? '')}`);
  return [
    ...(violations.length === 0 ? ['Nothing was lost, doubled or reordered in any run.', ''] : ['What the generator\'s checks found (round, server, load):', '', ...violations, '']),
    ...(failures.length === 0 ? [] : [...failures, '']),
  ];
}

const measured = [
  ...machine(),
  ...section('Side by side', [...sideBySide(), ...sideCharts()]),
  ...section('What was wanted', reached()),
  ...section('OrleansChat divided by each', ratios()),
  ...section('What only OrleansChat was measured for', ours(results)),
  ...section('How cost grows', growth(results, write)),
  ...section('Who took the processor', shares()),
  ...section('Checks', remarks()),
].join('\n').trimEnd();

const page = `${output}/performance.md`;
const old = existsSync(page) ? readFileSync(page, 'utf8') : `# Performance\n\n${begin}\n${end}\n`;
const [from, to] = [old.indexOf(begin), old.indexOf(end)];
if (from < 0 || to < from) {
  console.error(`${page} has not the two markers ${begin} and ${end}: nothing was written there`);
  process.exit(1);
}

writeFileSync(page, `${old.slice(0, from + begin.length)}\n\n${measured}\n\n${old.slice(to)}`);
