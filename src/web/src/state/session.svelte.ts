import { ChatClient, ChatError, ChatRest, type Account } from "$lib/client/index.ts";
import { lang } from "../text/index.svelte";
import { Chat } from "./chat.svelte";
import { drafts } from "./drafts";

interface StoredAccount extends Account {
  guest: boolean;
}

const key = "orleanschat.account";
const nodesKey = "orleanschat.nodes";
const renewBefore = 24 * 60 * 60 * 1000;

function load(): StoredAccount | undefined {
  try {
    const account = JSON.parse(localStorage.getItem(key) ?? "null") as StoredAccount | null;
    return account && typeof account.name === "string" && typeof account.token === "string" ? account : undefined;
  } catch {
    // Not ours: as if nobody were signed in.
    return undefined;
  }
}

function storedNodes(): string[] {
  const known = localStorage.getItem(nodesKey)?.split(" ") ?? [];
  return known[0] === location.origin ? known : [];
}

/** The cluster's nodes, this one first; a lost connection goes on at the next. */
async function askNodes(): Promise<string[]> {
  try {
    const response = await fetch("/nodes.json", { headers: { accept: "application/json" } });
    const { nodes } = (await response.json()) as { nodes: unknown };
    const others = Array.isArray(nodes) ? nodes.filter((url) => typeof url === "string") : [];
    const all = [...new Set([location.origin, ...others])];
    localStorage.setItem(nodesKey, all.join(" "));
    return all;
  } catch {
    // No answer, or a server in front that does not know the file: the own origin is a node.
    return [location.origin];
  }
}

/** Who is signed in on this device, and the one chat that belongs to it. */
class Session {
  chat = $state.raw<Chat | undefined>();
  guest = $state(false);
  /** Why the page went back to the sign-in screen. */
  ended = $state("");
  readonly #rest = new ChatRest(location.origin);
  #token = "";

  /** Goes on with the account stored on this device, if there is one. */
  async resume(): Promise<void> {
    const account = load();
    if (account) {
      await this.#begin(account, false);
      if (account.expires - Date.now() < renewBefore && !account.guest) {
        await this.#renew(account);
      }
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.#enter({ ...(await this.#rest.signIn(name, password)), guest: false });
  }

  async register(name: string, password: string, displayName: string): Promise<void> {
    await this.#enter({ ...(await this.#rest.register(name, password, displayName || undefined)), guest: false });
  }

  async enterAsGuest(name: string): Promise<void> {
    await this.#enter({ ...(await this.#rest.guest(name)), guest: true });
  }

  /** Ends the session here. The token is given up even when the server cannot be told. */
  async signOut(): Promise<void> {
    const chat = this.chat;
    if (chat) {
      this.#leave("");
      await chat.client.signOut();
      drafts.clear(chat.user);
      await this.#rest.signOut(this.#token).catch((error: unknown) => {
        if (!(error instanceof ChatError)) {
          throw error;
        }
      });
    }
  }

  async changePassword(old: string, next: string): Promise<void> {
    const chat = this.chat!;
    await this.#rest.changePassword(this.#token, old, next);
    // Every token from before is void: this device comes in again with the new password.
    await this.#enter({ ...(await this.#rest.signIn(chat.user, next)), guest: false });
  }

  async #enter(account: StoredAccount): Promise<void> {
    this.chat?.client.close();
    localStorage.setItem(key, JSON.stringify(account));
    await this.#begin(account, account.guest);
  }

  async #begin(account: StoredAccount, fresh: boolean): Promise<void> {
    this.#token = account.token;
    this.guest = account.guest;
    this.ended = "";
    const client = new ChatClient({ urls: await this.#nodes(), user: account.name, token: () => load()?.token ?? this.#token, fresh });
    const chat = new Chat(client);
    client.on("state", ({ status, reason }) => {
      if (status === "closed" && this.chat === chat && reason !== "closed") {
        this.#leave(lang.t.connection.rejected);
      }
    });
    this.chat = chat;
    client.connect();
  }

  async #renew(account: StoredAccount): Promise<void> {
    try {
      const renewed = { ...(await this.#rest.refresh(account.token)), guest: false };
      this.#token = renewed.token;
      localStorage.setItem(key, JSON.stringify(renewed));
      this.chat?.client.close();
      await this.#begin(renewed, false);
    } catch (error) {
      if (!(error instanceof ChatError)) {
        throw error;
      }

      // The present token still holds; the next start tries again.
    }
  }

  /** What the last visit learnt of the nodes is good enough to begin with: nothing is waited for before the first paint. */
  async #nodes(): Promise<string[]> {
    const known = storedNodes();
    const asked = askNodes();
    return known.length > 0 ? known : await asked;
  }

  #leave(why: string): void {
    localStorage.removeItem(key);
    this.chat = undefined;
    this.ended = why;
  }
}

export const session = new Session();
