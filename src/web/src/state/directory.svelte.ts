import type { ChatClient, Profile } from "$lib/client/index.ts";
import { ChatError } from "$lib/client/index.ts";
import { SvelteMap } from "svelte/reactivity";

const atOnce = 8;

/** What is known of people. Asking for somebody unknown loads the profile; who asked is drawn again when it is there. */
export class Directory {
  readonly #profiles = new SvelteMap<string, Profile>();
  readonly #asked = new Set<string>();
  readonly #waiting: string[] = [];
  #running = 0;

  constructor(private readonly client: ChatClient) {
    client.on("presence", ({ user, state, status, lastSeen }) => {
      const known = this.#profiles.get(user);
      if (known) {
        this.#profiles.set(user, {
          ...known,
          state,
          ...(status === undefined ? {} : { status }),
          ...(lastSeen === undefined ? {} : { lastSeen }),
        });
      }
    });
    client.on("ready", () => {
      // Presence may have changed unnoticed while the connection was away.
      const known = [...this.#asked];
      this.#asked.clear();
      known.slice(-200).forEach((name) => this.#ask(name));
    });
  }

  profile(name: string): Profile | undefined {
    this.#ask(name);
    return this.#profiles.get(name);
  }

  /** What to call somebody. */
  name(name: string): string {
    return this.profile(name)?.displayName || name;
  }

  learn(profiles: Iterable<Profile>): void {
    for (const profile of profiles) {
      this.#asked.add(profile.name);
      this.#profiles.set(profile.name, profile);
    }
  }

  #ask(name: string): void {
    if (name && !this.#asked.has(name)) {
      this.#asked.add(name);
      this.#waiting.push(name);
      void this.#work();
    }
  }

  async #work(): Promise<void> {
    if (this.#running >= atOnce) {
      return;
    }

    this.#running++;
    for (let name = this.#waiting.shift(); name !== undefined; name = this.#waiting.shift()) {
      try {
        const profile = await this.client.request("user", { name });
        this.#profiles.set(profile.name, profile);
      } catch (error) {
        if (!(error instanceof ChatError)) {
          throw error;
        }

        // Gone, like a guest who left, or no connection: the name itself stands for the person.
        if (error.retry) {
          this.#asked.delete(name);
        }
      }
    }

    this.#running--;
  }
}
