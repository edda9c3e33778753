import { ChatError, ErrorCode } from "./errors.ts";

export interface Account {
  name: string;
  token: string;
  /** When the token ends, in Unix milliseconds. */
  expires: number;
}

/** Signing up and in, over plain HTTP. Each method throws a `ChatError` when refused, and `unavailable` when there is no answer. */
export class ChatRest {
  readonly #base: string;
  readonly #fetch: typeof fetch;

  /** @param url The node, for example `http://host:8080`. */
  constructor(url: string, fetcher: typeof fetch = (...call) => fetch(...call)) {
    this.#base = `${url.replace(/\/+$/, "")}/api/v1`;
    this.#fetch = fetcher;
  }

  register(name: string, password: string, displayName?: string): Promise<Account> {
    return this.#call<Account>("POST", "/users", undefined, { name, password, ...(displayName ? { displayName } : {}) });
  }

  signIn(name: string, password: string): Promise<Account> {
    return this.#call<Account>("POST", "/sessions", undefined, { name, password });
  }

  guest(name: string): Promise<Account> {
    return this.#call<Account>("POST", "/guests", undefined, { name });
  }

  /** Gives a new token for one that is still good. */
  refresh(token: string): Promise<Account> {
    return this.#call<Account>("POST", "/sessions/refresh", token);
  }

  async signOut(token: string): Promise<void> {
    await this.#call<unknown>("DELETE", "/sessions/current", token);
  }

  /** Changes the password; every other token of the account ends. */
  async changePassword(token: string, old: string, next: string): Promise<void> {
    await this.#call<unknown>("PUT", "/me/password", token, { old, new: next });
  }

  async #call<T>(method: string, path: string, token: string | undefined, body?: object): Promise<T> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (token !== undefined) {
      headers["authorization"] = `Bearer ${token}`;
    }

    if (body !== undefined) {
      headers["content-type"] = "application/json";
    }

    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(this.#base + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      text = await response.text();
    } catch (cause) {
      throw Object.assign(ChatError.unavailable("The server does not answer."), { cause });
    }

    const answer = parse(text);
    if (!response.ok) {
      throw errorOf(response.status, answer);
    }

    return answer as T;
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    // A proxy's page, for example: the status says enough.
    return {};
  }
}

function errorOf(status: number, answer: unknown): ChatError {
  const { code, name, detail, title } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  const known = typeof code === "number" && typeof name === "string";
  const message = typeof detail === "string" ? detail : typeof title === "string" ? title : `The server answered ${status}.`;
  return new ChatError({
    code: known ? code : status === 401 ? ErrorCode.unauthenticated : status === 429 ? ErrorCode.rateLimited : ErrorCode.internal,
    name: known ? name : status === 401 ? "unauthenticated" : status === 429 ? "rate_limited" : "internal",
    message,
    retry: status === 429 || status >= 500,
  });
}
