// A stock Socket.IO client in one room: lines that come in are said there, and what is said there goes out, a line each.
// Arguments: address, name, room.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, name, room] = process.argv.slice(2);
const socket = io(url, { transports: ["websocket"] });
const ask = async (event, ...args) => {
  const answer = await socket.timeout(30_000).emitWithAck(event, ...args);
  if (answer === false || answer.error) {
    throw new Error(`${event}: ${JSON.stringify(answer)}`);
  }
};
socket.on("room-message", (message) => {
  if (message.room === room) {
    process.stdout.write(`${message.message}\n`);
  }
});
await ask("set-nickname", name);
await ask("join-room", { room });
process.stdout.write("joined\n");
for await (const message of createInterface({ input: process.stdin })) {
  await ask("room-message", { room, message });
}
socket.disconnect();
