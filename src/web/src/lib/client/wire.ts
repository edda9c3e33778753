import type { ErrorInfo } from "./errors.ts";
import type { Hello, Message, PresenceState, Summary } from "./types.ts";

export const subProtocol = "chat.v1";

/** An event as the server sends it. */
export type WireEvent =
  | ({ ev: "hello" } & Hello)
  | { ev: "message"; message: Message }
  | { ev: "typing"; conversation: string; from: string }
  | { ev: "receipt"; conversation: string; user: string; read: number; delivered: number }
  | { ev: "presence"; user: string; state: PresenceState; status?: string; lastSeen?: number }
  | { ev: "conversation"; summary: Summary }
  | { ev: "conversation.removed"; conversation: string }
  | { ev: "contact"; user: string; on: boolean }
  | { ev: "bye"; code: number; reconnect: boolean; after?: number };

export type Reply = { re: number; ok: unknown } | { re: number; error: ErrorInfo };

export type WireObject = WireEvent | Reply;

/** The objects of a frame: one per line. What is no object is passed over, so that a newer server may say more. */
export function* readFrame(frame: string): Generator<WireObject> {
  for (const line of frame.split("\n")) {
    const object = line === "" ? undefined : parse(line);
    if (object !== undefined) {
      yield object;
    }
  }
}

export const writeCommand = (id: number | undefined, name: string, params: object): string =>
  JSON.stringify(id === undefined ? { ...params, do: name } : { ...params, id, do: name });

/** What a frame may hold around the parameters of a command. */
export const frameOverhead = 512;

/** The bytes that a text takes on the wire. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** The address of a node's native door. */
export function doorOf(url: string): string {
  const door = new URL("ws", url.endsWith("/") ? url : `${url}/`);
  door.protocol = door.protocol === "https:" || door.protocol === "wss:" ? "wss:" : "ws:";
  door.search = "";
  door.hash = "";
  return door.href;
}

function parse(line: string): WireObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }

  return isObject(value) && (isEvent(value) || isReply(value)) ? value : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function isReply(value: Record<string, unknown>): value is Record<string, unknown> & Reply {
  return typeof value["re"] === "number" && ("ok" in value || (isObject(value["error"]) && typeof value["error"]["code"] === "number"));
}

function isEvent(value: Record<string, unknown>): value is Record<string, unknown> & WireEvent {
  const has = (name: string, type: string): boolean => typeof value[name] === type;
  switch (value["ev"]) {
    case "hello":
      return has("user", "string") && isObject(value["limits"]);
    case "message":
      return isMessage(value["message"]);
    case "conversation":
      return isObject(value["summary"]) && typeof value["summary"]["conversation"] === "string";
    case "conversation.removed":
      return has("conversation", "string");
    case "typing":
      return has("conversation", "string") && has("from", "string");
    case "receipt":
      return has("conversation", "string") && has("user", "string");
    case "presence":
    case "contact":
      return has("user", "string");
    case "bye":
      return has("code", "number");
    default:
      return false;
  }
}

const isMessage = (value: unknown): value is Message =>
  isObject(value) && typeof value["conversation"] === "string" && Number.isSafeInteger(value["seq"]) && Number(value["seq"]) > 0;
