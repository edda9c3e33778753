// Stock SignalR clients, driven by lines of JSON on standard input; what happens to them is told on standard output, a line each.
// Ends with its input.
import { createInterface } from 'node:readline';
import * as signalR from '@microsoft/signalr';

const clients = new Map();
const tell = (id, happened, more = {}) => process.stdout.write(JSON.stringify({ id, happened, ...more }) + '\n');
const reason = error => String(error?.message ?? error ?? '');

const commands = {
  // Tries the addresses in turn: each attempt to connect goes to the next one, as with a load balancer.
  async open({ id, urls, token, transport, header }) {
    const state = { attempt: 0 };
    clients.set(id, state);
    const builder = new signalR.HubConnectionBuilder()
      .withUrl(urls[0], {
        transport: signalR.HttpTransportType[transport],
        ...(header ? { headers: { Authorization: `Bearer ${token}` } } : { accessTokenFactory: () => token }),
      })
      .configureLogging(signalR.LogLevel.None);
    const connection = builder.withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 100 }).build();
    state.connection = connection;
    connection.on('event', event => tell(id, 'event', { event }));
    connection.onreconnecting(error => {
      state.attempt += 1;
      connection.baseUrl = urls[state.attempt % urls.length];
      tell(id, 'reconnecting', { error: reason(error) });
    });
    connection.onreconnected(() => tell(id, 'reconnected'));
    connection.onclose(error => tell(id, 'closed', { error: reason(error) }));
    try {
      await connection.start();
      tell(id, 'started');
    } catch (error) {
      tell(id, 'failed', { error: reason(error) });
    }
  },

  invoke({ id, call, method, parameters }) {
    clients.get(id).connection.invoke(method, parameters).then(
      ok => tell(id, 'answer', { call, ok }),
      error => tell(id, 'answer', { call, error: reason(error) }));
  },

  async send({ id, method, parameters }) {
    await clients.get(id).connection.send(method, parameters);
  },

  async stop({ id }) {
    await clients.get(id).connection.stop();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...parameters } = JSON.parse(line);
  commands[name](parameters);
}
process.exit(0);
