import { lang, languages } from "../text/index.svelte";

export type Theme = "system" | "light" | "dark";

interface Stored {
  theme: Theme;
  language: string;
  notify: boolean;
  preview: boolean;
  sounds: boolean;
  enterSends: boolean;
  /** Conversations pinned and muted on this device, by user. */
  pinned: Record<string, string[]>;
  muted: Record<string, string[]>;
  recentEmoji: string[];
}

const key = "orleanschat.preferences";
/** The first of the browser's languages that there is a translation for. */
const ownLanguage = navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => code in languages) ?? "en";
const defaults: Stored = {
  theme: "system",
  language: ownLanguage,
  notify: false,
  preview: true,
  sounds: true,
  enterSends: true,
  pinned: {},
  muted: {},
  recentEmoji: [],
};

function load(): Stored {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Stored>) };
  } catch {
    // Written by something else, or storage is switched off: the page goes on with what it has.
    return { ...defaults };
  }
}

/** What a person has chosen on this device. Setting a member stores it. */
class Preferences {
  #stored = $state.raw(load());
  #systemDark = $state(matchMedia("(prefers-color-scheme: dark)").matches);

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
      this.#systemDark = matches;
      this.#applyTheme();
    });
    addEventListener("storage", (event) => {
      if (event.key === key) {
        this.#stored = load();
        this.#applyTheme();
      }
    });
  }

  get all(): Readonly<Stored> {
    return this.#stored;
  }

  get dark(): boolean {
    return this.#stored.theme === "dark" || (this.#stored.theme === "system" && this.#systemDark);
  }

  set(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change };
    try {
      localStorage.setItem(key, JSON.stringify(this.#stored));
    } catch {
      // Storage is full or switched off: the choice holds until the page is closed.
    }

    this.#applyTheme();
    if (change.language) {
      void lang.choose(change.language);
    }
  }

  apply(): void {
    this.#applyTheme();
    void lang.choose(this.#stored.language);
  }

  isPinned(user: string, conversation: string): boolean {
    return this.#stored.pinned[user]?.includes(conversation) ?? false;
  }

  isMuted(user: string, conversation: string): boolean {
    return this.#stored.muted[user]?.includes(conversation) ?? false;
  }

  toggle(what: "pinned" | "muted", user: string, conversation: string): void {
    const list = this.#stored[what][user] ?? [];
    const changed = list.includes(conversation) ? list.filter((id) => id !== conversation) : [...list, conversation];
    this.set({ [what]: { ...this.#stored[what], [user]: changed } });
  }

  usedEmoji(emoji: string): void {
    this.set({ recentEmoji: [emoji, ...this.#stored.recentEmoji.filter((other) => other !== emoji)].slice(0, 24) });
  }

  #applyTheme(): void {
    document.documentElement.dataset["theme"] = this.dark ? "dark" : "light";
  }
}

export const preferences = new Preferences();
