// The parts of the page that are about this server alone: what ours-alone measured in every round, and how cost grows.
import { lines } from './chart.mjs';
import { cpu, number, table } from './results.mjs';

const perMessage = [run => cpu(run, 'perAcked'), 'us of CPU a message'];
const delivered = [run => run.deliveredPerSecond, 'deliveries/s'], p50 = [run => run.endToEnd?.p50, 'ms p50'], p99 = [run => run.endToEnd?.p99, 'ms p99'];

/** [what is measured, what stands before the generator's own words for it, values]. */
const rows = [
  ['group10k', '', [delivered, [run => cpu(run, 'perDelivered'), 'us of CPU each'], p99]],
  ['hot', 'direct messages while a large group is busy: ', [p50, p99, perMessage]],
  ['hot-group', 'that group: ', [delivered, p50, p99]],
  ['history1m', '', [[run => run.ackedPerSecond, 'pages/s'], [run => run.server?.perAcked, 'us of server CPU each'], [run => run.ack?.p50, 'ms p50']]],
  ['sync1000', '', [[run => run.ackedPerSecond, 'syncs/s'], [run => cpu(run, 'perAcked') / 1000, 'ms of CPU each'], [run => run.ack?.p50, 'ms p50']]],
  ['idle5000', '', [[run => run.idle?.rssPerConnection / 1024, 'KiB each'], [run => run.server?.cores * 100, '% of a core at rest'], [run => run.idle?.connectsPerSecond, 'sign-ins/s']]],
  ['native', 'native door: ', [delivered, perMessage, p99]],
  ['signalr', 'SignalR door: ', [delivered, perMessage, p99]],
  ['native-echo', 'native door, senders hear themselves: ', [delivered, perMessage, p99]],
  ['socket.io', 'Socket.IO door, senders hear themselves: ', [delivered, perMessage, p99]],
];

/** What was measured of this server only. */
export function ours(results) {
  const cells = rows.map(([load, before, values]) => {
    const run = results.of('ours-alone', load)[0];
    return [`${before}${run ? run.load.replace(/, 100 bytes|, \S+ door/g, '').replace(/\d{4,}/, digits => number(Number(digits))) : load}`, ...values.map(([value, unit]) => [results.cell('ours-alone', load, value), unit])];
  }).filter(([, [found]]) => found !== '');
  const mixed = results.of('ours-alone', 'mixed')[0];
  const others = mixed ? Object.entries(mixed.others).map(([name, latency]) => `${name} ${number(latency.p50)} / ${number(latency.p99)}`).join(', ') : '';
  return [
    ...(cells.length === 0 ? [] : table(['on one node', '', '', ''], cells.map(([what, ...found]) => [what, ...found.map(([value, unit]) => (/\d/.test(value) ? `${value} ${unit}` : value))]))),
    ...(mixed ? [`Everything at once (${mixed.load}), one run, p50 / p99 in ms: direct messages ${number(mixed.endToEnd.p50)} / ${number(mixed.endToEnd.p99)}, ${others}.`, ''] : []),
  ];
}

/** How cost grows, as charts; write(name, svg) keeps them. The sizes that ours-alone measures in every round come with the median of those. */
export function growth(results, write) {
  const both = per => [['server', run => run.server?.[per]], ['Redis', run => run.redis?.[per]]];
  const charts = [
    ['connections', 'Memory of a connection at rest', 'connections', 'KiB of the server each', [['server', run => run.idle?.rssPerConnection / 1024]], [5000, 'idle5000']],
    ['conversations', 'A message among many conversations, 5,000/s in all', 'conversations', 'us of CPU a message', both('perAcked')],
    ['group', 'A delivery in a group, 5 senders, window 2', 'members', 'us of CPU a delivery', both('perDelivered'), [10000, 'group10k']],
    ['history', 'A page of 50', 'messages in the conversation', 'us of CPU a page', both('perAcked'), [1000000, 'history1m']],
    ['sync', 'Connecting and sync', 'conversations of the user', 'ms, median', [['sync', run => run.ack?.p50]], [1000, 'sync1000']],
  ].map(([name, title, xLabel, yLabel, series, [more, load] = []]) => {
    const once = results.between(`growth.${name}.`, '.json').map(Number).filter(Number.isFinite);
    const rounds = load !== undefined && results.of('ours-alone', load).some(run => ` ${run.load.replaceAll(',', '')} `.includes(` ${more} `));
    const sizes = [...once, ...(rounds ? [more] : [])].sort((a, b) => a - b);
    const found = (size, value) => (rounds && size === more ? results.median('ours-alone', load, value) : value(results.once(`growth.${name}.${size}`)));
    return { name, title, xLabel, yLabel, series: series.map(([of, value]) => ({ name: of, points: sizes.map(size => [size, Math.max(0, found(size, value) || 0)]) })) };
  }).filter(chart => chart.series[0].points.length > 0);
  charts.forEach(chart => write(chart.name, lines(chart)));
  const most = results.between('growth.connections.', '.json').map(Number).sort((a, b) => b - a)[0];
  const rest = most ? [`Connections at rest, ${number(most)} of them: the server takes ${number(results.once(`growth.connections.${most}`).server?.cores * 100, 2)} % of a core.`, ''] : [];
  return charts.length === 0 ? [] : [...charts.map(({ name, title }) => `![${title}](images/performance-${name}.svg)`), '', ...rest];
}
