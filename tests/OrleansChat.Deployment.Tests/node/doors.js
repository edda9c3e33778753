// Stock Socket.IO and SignalR clients, each by several transports, in one room behind one address.
// Arguments: address, room, then name and token of each SignalR client. Lines out: "joined", "heard NAME TEXT", "lost NAME" when a client could
// not go on where it was, "began NAME COUNT" at the end.
// Lines in: a number; each client then says that many things, one after the other.
import { createInterface } from "node:readline";
import * as signalR from "@microsoft/signalr";
import { io } from "socket.io-client";

const [url, room, ...people] = process.argv.slice(2);
const print = (...words) => process.stdout.write(`${words.join(" ")}\n`);

const socketIo = async (name, transports) => {
  let began = 0;
  // The balancer tells programs apart by what they are called.
  const socket = io(url, { transports, extraHeaders: { "User-Agent": name } });
  socket.on("connect", () => {
    began++;
    if (began > 1 && !socket.recovered) {
      print("lost", name);
    }
  });
  socket.on("room-message", ({ message }) => print("heard", name, message));
  const ask = async (event, ...args) => {
    const answer = await socket.timeout(30_000).emitWithAck(event, ...args);
    if (answer === false || answer.error) {
      throw new Error(`${name} ${event}: ${JSON.stringify(answer)}`);
    }
  };
  await ask("set-nickname", name);
  await ask("join-room", { room });
  return {
    name,
    began: () => began,
    say: (message) => ask("room-message", { room, message }),
    stop: () => socket.disconnect(),
  };
};

const hub = async (name, token, transport) => {
  let began = 1;
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(`${url}hub`, { accessTokenFactory: () => token, transport, headers: { "User-Agent": name } })
    .withAutomaticReconnect()
    .configureLogging(signalR.LogLevel.None)
    .build();
  connection.onreconnected(() => began++);
  connection.on("event", ({ ev, message }) => {
    if (ev === "message" && message.conversation === `group:${room}` && message.kind === "text") {
      print("heard", name, message.text);
    }
  });
  await connection.start();
  await connection.invoke("Sync", { positions: {} });
  await connection.invoke("GroupJoin", { group: room });
  return {
    name,
    began: () => began,
    say: (text) => connection.invoke("Send", { conversation: `group:${room}`, text }),
    stop: () => connection.stop(),
  };
};

const { LongPolling, ServerSentEvents, WebSockets } = signalR.HttpTransportType;
const hubTransports = [LongPolling, LongPolling, ServerSentEvents, WebSockets];
const clients = await Promise.all([
  socketIo("polling-1", ["polling"]),
  socketIo("polling-2", ["polling"]),
  socketIo("polling-3", ["polling"]),
  socketIo("upgrading", ["polling", "websocket"]),
  socketIo("websocket", ["websocket"]),
  ...hubTransports.slice(0, people.length / 2).map((transport, i) => hub(people[i * 2], people[i * 2 + 1], transport)),
]);
print("joined");
for await (const count of createInterface({ input: process.stdin })) {
  await Promise.all(
    clients.map(async ({ name, say }) => {
      for (let i = 1; i <= Number(count); i++) {
        await say(`${name}:${i}`);
      }
    }),
  );
}
for (const { name, began, stop } of clients) {
  print("began", name, began());
  await stop();
}
