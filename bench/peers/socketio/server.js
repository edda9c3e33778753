// Socket.IO as its documentation has it: rooms, an acknowledged event, a list in Redis, and the adapter that several processes would need.
// node server.js redis|streams PORT REDIS-PORT
import { createServer } from 'node:http';
import { createAdapter as createRedisAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const [kind, port, redisPort] = process.argv.slice(2);
const connect = () => createClient({ url: `redis://127.0.0.1:${redisPort}` }).on('error', error => console.error(error.message)).connect();
const store = await connect();
const adapter = kind === 'streams' ? createStreamsAdapter(await connect()) : createRedisAdapter(await connect(), await connect());

const server = createServer((_, response) => response.writeHead(404).end());
const io = new Server(server, { adapter, perMessageDeflate: false });
io.on('connection', socket => {
  socket.on('join', (room, done) => Promise.resolve(socket.join(room)).then(() => done(true)));
  socket.on('send', async (to, text, done) => {
    const seq = await store.rPush(`log:${to}`, JSON.stringify({ from: socket.id, at: Date.now(), text }));
    io.to(to).emit('message', text);
    done(seq);
  });
});
server.listen(Number(port), '127.0.0.1');
