// perf script -F comm,ip,sym,dso | node bench/profile.mjs RESULT.json: where the server's time per message goes, as a table.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// The first frame, from the innermost out, that one of these fits says whose time a sample is. Frames that none fits (copying, hashing,
// continuations) count for whoever called them.
const owners = [
  ['kernel: send', /^(__x64_sys_send|__x64_sys_write|do_writev|__sys_send)/],
  ['kernel: receive', /^(__x64_sys_recv|__x64_sys_read|__sys_recv)/],
  ['kernel: waiting for sockets', /^(__x64_sys_epoll|ep_poll|do_epoll)/],
  ['kernel: waking and putting threads to sleep', /^(__x64_sys_futex|do_futex|schedule$|__schedule|__x64_sys_sched_yield)/],
  ['Redis: appends and reads over their connections', /OrleansChat\.Redis\.Pipelines|Conversations\.(Append(Call|Step|Answer)|SummariesCall|EndsCall|StoredSummary)/],
  ['Redis: client library', /StackExchange\.Redis/],
  ['Redis: the rest of the store', /OrleansChat\.Redis/],
  ['conversation grain: batching', /OrleansChat\.Grains/],
  ['engine: grain calls', /OrleansChat\.Runtime|Orleans\.(Runtime|Core)/],
  ['fan-out to sessions', /OrleansChat\.Gateway\.(Delivery|Sessions)/],
  ['connection: frames and queues of the door', /OrleansChat\.Gateway\.FrontEnds/],
  ['commands: reading, checking, answering', /OrleansChat\.(Gateway|Protocols|Conversations|Abstractions)|OrleansChat\.Text|System\.Text\.Json/],
  ['metrics', /OpenTelemetry|System\.Diagnostics\.Metrics|OrleansChat\.Telemetry/],
  ['WebSocket of the framework', /System\.Net\.WebSockets/],
  ['SignalR of the framework', /Microsoft\.AspNetCore\.(SignalR|Http\.Connections)/],
  ['HTTP server', /Microsoft\.AspNetCore|System\.IO\.Pipelines/],
  ['sockets of the framework', /System\.Net\.Sockets|System\.Native/],
  ['thread pool and continuations', /System\.Threading|start_thread/],
];

function ownerOf(frames) {
  let memory = frames[0];
  if (/libc\.so/.test(memory.dso) && frames.length > 1) memory = frames[1];
  if (/libcoreclr|libclrgc/.test(memory.dso)) return 'runtime: allocation, garbage collection, casts';
  if (/libclrjit/.test(memory.dso)) return 'runtime: compiling';
  for (const { sym } of frames) {
    const owner = owners.find(([, pattern]) => pattern.test(sym));
    if (owner) return owner[0];
  }

  return frames[0].dso.includes('kernel') ? 'kernel: the rest' : 'other';
}

const counts = new Map();
let frames = [], total = 0;
function take() {
  if (frames.length > 0) {
    const owner = ownerOf(frames);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
    total++;
    frames = [];
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const frame = line.match(/^\s+[0-9a-f]+ (.*) \((.*)\)$/);
  if (frame) frames.push({ sym: frame[1], dso: frame[2] });
  else if (line.trim() === '') take();
}

take();
if (total === 0) {
  console.error('error: perf took no samples');
  process.exit(1);
}

const run = JSON.parse(readFileSync(process.argv[2]));
const each = run.server.perAcked;
console.log('| component | share | us a message |');
console.log('| --- | --- | --- |');
for (const [owner, count] of [...counts].sort((a, b) => b[1] - a[1])) {
  console.log(`| ${owner} | ${(100 * count / total).toFixed(1)} % | ${(each * count / total).toFixed(2)} |`);
}

console.log(`| server, ${total.toLocaleString('en-US')} samples | 100 % | ${each.toFixed(2)} |`);
