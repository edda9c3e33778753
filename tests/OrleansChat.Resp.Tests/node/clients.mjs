// Stock clients against the RESP door: ioredis and node-redis connect, pipeline and wait. Prints one line of JSON.
// usage: node clients.mjs PORT SUFFIX [KEY]
import Redis from 'ioredis';
import { createClient } from 'redis';

const [port, suffix, key] = process.argv.slice(2);
const result = {};
const alice = `alice-${suffix}`;
const bob = `bob-${suffix}`;

{
  const client = new Redis({ port: Number(port), password: key, connectionName: 'io', lazyConnect: true, maxRetriesPerRequest: 0 });
  await client.connect();
  result.ioredis = { ping: await client.ping(), name: await client.client('GETNAME'), ready: client.status };
  const sent = await client.pipeline([1, 2, 3].map((n) => ['call', 'im.send', alice, bob, 'text', `io ${n}`])).exec();
  result.ioredis.errors = sent.filter(([error]) => error).length;
  result.ioredis.received = (await client.call('IM.RECIVE', bob, 'START', '0'))[0][1].map(([, fields]) => fields.at(-1));
  const waiting = client.duplicate();
  const start = (await client.call('IM.RECIVE', bob, 'START', '0'))[0][1].at(-1)[0];
  const woken = waiting.call('IM.RECIVE', bob, 'BLOCK', '20000', 'START', start);
  await client.call('IM.SEND', bob, alice, 'text', 'wake up');
  result.ioredis.woken = (await woken)[0][1][0][1].at(-1);
  result.ioredis.error = await client.call('IM.SEND', alice).catch((error) => error.message);
  waiting.disconnect();
  await client.quit();
}

for (const RESP of [2, 3]) {
  const client = createClient({ socket: { port: Number(port), reconnectStrategy: false }, password: key, name: 'node', RESP });
  client.on('error', (error) => { result.failure = String(error); });
  await client.connect();
  const own = { ping: await client.ping(), name: await client.clientGetName() };
  const sent = await Promise.all([1, 2, 3].map((n) => client.sendCommand(['IM.SEND', alice, bob, 'text', `node ${RESP} ${n}`])));
  own.ids = sent.length;
  own.nothing = await client.sendCommand(['IM.RECIVE', `nobody-${suffix}`, 'START', '0', 'BLOCK', '1']);
  own.user = await client.sendCommand(['IM.USER', alice, 'name', 'Alice']);
  own.fields = await client.sendCommand(['IM.USER', alice]);
  result[`node-redis ${RESP}`] = own;
  await client.close();
}

console.log(JSON.stringify(result));
