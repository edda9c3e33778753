// Lets tests drive stock clients: one JSON command per line comes in, one JSON line per thing that happens goes out.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const sockets = new Map();

function say(id, what, details = {}) {
  process.stdout.write(`${JSON.stringify({ id, what, ...details })}\n`);
}

const commands = {
  open({ id, url, options }) {
    const socket = io(url, {
      forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 200, randomizationFactor: 0, ...options,
    });
    sockets.set(id, socket);
    socket.on("connect", () =>
      say(id, "connect", { sid: socket.id, recovered: socket.recovered === true, transport: socket.io.engine.transport.name }));
    socket.on("disconnect", (reason) => say(id, "disconnect", { reason }));
    socket.on("connect_error", (error) => say(id, "connect_error", { message: error.message }));
    socket.io.engine.on("upgrade", (transport) => say(id, "upgrade", { transport: transport.name }));
    socket.onAny((name, ...args) => say(id, "event", { name, args: args.filter((arg) => typeof arg !== "function") }));
    socket.on("question", (...args) => args.at(-1)("answer", args[0]));
  },
  emit({ id, call, name, args }) {
    const values = args.map((arg) => (arg !== null && typeof arg === "object" && "bytes" in arg ? Buffer.from(arg.bytes) : arg));
    if (call === undefined) {
      sockets.get(id).emit(name, ...values);
    } else {
      sockets.get(id).timeout(15_000).emit(name, ...values, (error, ...answer) =>
        say(id, "ack", { call, answer: error ? null : answer }));
    }
  },
  move({ id, url }) {
    sockets.get(id).io.uri = url;
  },
  cut({ id }) {
    sockets.get(id).io.engine.close();
  },
  // Holds the next connection back until it is asked for.
  hold({ id }) {
    const manager = sockets.get(id).io;
    manager.reconnection(false);
    manager.engine.close();
  },
  resume({ id }) {
    const manager = sockets.get(id).io;
    manager.reconnection(true);
    sockets.get(id).connect();
  },
  close({ id }) {
    sockets.get(id).disconnect();
  },
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit(0));
