// What the native door was to reach, as values and ratios of one run of compare.sh.
import { cpu, median } from './results.mjs';

/** [{what, aim, value, digits, least}...]: least says that more is better. A value that was not measured is NaN. */
export function targets(results) {
  const of = (server, load, value) => results.median(server, load, value);
  const perSecond = run => run.deliveredPerSecond, perMessage = run => cpu(run, 'perAcked'), perDelivery = run => cpu(run, 'perDelivered');
  const kib = run => run?.idle?.rssPerConnection / 1024;
  const once = (name, value) => { const run = results.once(name); return run ? value(run) : NaN; };
  const alone = (load, value, size = '') => median(results.of('ours-alone', load).filter(run => run.load.includes(size)).map(value));
  const door = (name, native) => alone(name, perMessage) / alone(native, perMessage);
  const most = Math.max(...results.between('growth.connections.', '.json').map(Number));
  const atLeast = (what, aim, value, digits) => ({ what, aim, value, digits, least: true });
  const atMost = (what, aim, value, digits) => ({ what, aim, value, digits, least: false });
  return [
    atLeast('pairs, window 8: times Socket.IO + Redis', 7, of('ours', 'pairs8', perSecond) / of('socketio', 'pairs8', perSecond), 2),
    atLeast('pairs, window 8: times naive SignalR + Redis', 3.5, of('ours', 'pairs8', perSecond) / of('signalr-redis', 'pairs8', perSecond), 2),
    atMost('pairs, window 8: us of CPU a message', 9, of('ours', 'pairs8', perMessage), 1),
    atMost('pairs, window 8: p99, ms', 10, of('ours', 'pairs8', run => run.endToEnd.p99), 1),
    atLeast('pairs, window 1: delivered/s', 45000, of('ours', 'pairs1', perSecond), 0),
    atMost('2,000/s: p50, ms', 0.25, of('ours', 'rate', run => run.endToEnd.p50), 2),
    atMost('2,000/s: p99, ms', 1, of('ours', 'rate', run => run.endToEnd.p99), 2),
    atMost('2,000/s: CPU a message, times Socket.IO + Redis', 1, of('ours', 'rate', perMessage) / of('socketio', 'rate', perMessage), 2),
    atLeast('group of 500: deliveries/s', 850000, of('ours', 'group', perSecond), 0),
    atMost('group of 500: us of CPU a delivery', 1.5, of('ours', 'group', perDelivery), 2),
    atMost('group of 10,000: us of CPU a delivery', 1.5, alone('group10k', perDelivery, ' 10000,'), 2),
    atMost('direct messages beside a hot group of 10,000: p99, ms', 20, results.of('ours-alone', 'hot-group').some(run => run.load.includes(' 10000,')) ? alone('hot', run => run.endToEnd.p99) : NaN, 1),
    atMost('memory of a connection, 2,000 of them: KiB', 14, of('ours', 'memory', kib), 1),
    atMost('the same, more than Socket.IO: KiB', 1, of('ours', 'memory', kib) - of('socketio', 'memory', kib), 1),
    atMost('memory of a connection, 5,000 of them: KiB', 14, alone('idle5000', kib), 1),
    ...(most > 5000 ? [atMost(`memory of a connection, ${most.toLocaleString('en-US')} of them: KiB`, 14, once(`growth.connections.${most}`, kib), 1)] : []),
    atMost('5,000 connections at rest: % of a core', 1, alone('idle5000', run => run.server?.cores * 100), 2),
    atLeast('sign-ins by token a second', 6000, of('ours', 'storm', run => run.idle?.connectsPerSecond), 0),
    atMost('a page of 50 out of 1,000,000 messages: ms of server CPU', 0.5, alone('history1m', run => run.server?.perAcked / 1000, ' 1,000,000 '), 3),
    atMost('sync with 1,000 conversations: p50, ms', 10, alone('sync1000', run => run.ack.p50), 1),
    atMost('CPU a message of a pair on two nodes, times on one', 1.6, of('two-nodes', 'pairs8', perMessage) / of('ours', 'pairs8', perMessage), 2),
    atMost('CPU a message through the SignalR door, times native', 1.5, door('signalr', 'native'), 2),
    atMost('CPU a message through the Socket.IO door, times native with echo', 1.5, door('socket.io', 'native-echo'), 2),
  ];
}
