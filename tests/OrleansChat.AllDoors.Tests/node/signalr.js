// A stock SignalR client in one group: lines that come in are said there, and what is said there goes out, a line each.
// Arguments: address, token, group.
import { createInterface } from "node:readline";
import * as signalR from "@microsoft/signalr";

const [url, token, group] = process.argv.slice(2);
const connection = new signalR.HubConnectionBuilder()
  .withUrl(`${url}hub`, { accessTokenFactory: () => token })
  .configureLogging(signalR.LogLevel.None)
  .build();
connection.on("event", ({ ev, message }) => {
  if (ev === "message" && message.conversation === `group:${group}` && message.kind === "text") {
    process.stdout.write(`${message.text}\n`);
  }
});
await connection.start();
await connection.invoke("Sync", { positions: {} });
await connection.invoke("GroupJoin", { group });
process.stdout.write("joined\n");
for await (const text of createInterface({ input: process.stdin })) {
  await connection.invoke("Send", { conversation: `group:${group}`, text });
}
await connection.stop();
