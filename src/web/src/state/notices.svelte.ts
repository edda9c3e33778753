import { ChatError } from "$lib/client/index.ts";
import { lang } from "../text/index.svelte";

export interface Notice {
  id: number;
  text: string;
  kind: "info" | "error";
}

const shownFor = 5000;

/** Short messages at the page's edge, and what screen readers are told without being shown. */
class Notices {
  list = $state.raw<Notice[]>([]);
  spoken = $state("");
  #next = 1;

  info(text: string): void {
    this.#show(text, "info");
  }

  error(error: unknown): void {
    this.#show(textOf(error), "error");
  }

  say(text: string): void {
    this.spoken = text;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Runs something for its effect and shows why it failed. True when it did not. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.error(error);
      return false;
    }
  }

  #show(text: string, kind: Notice["kind"]): void {
    const id = this.#next++;
    this.list = [...this.list.filter((notice) => notice.text !== text).slice(-3), { id, text, kind }];
    setTimeout(() => this.dismiss(id), shownFor);
  }
}

/** The page's own words for a refusal; anything else is a fault and goes to the console too. */
export function textOf(error: unknown): string {
  const { errors } = lang.t;
  if (error instanceof ChatError) {
    return errors[error.kind] ?? errors["unknown"]!;
  }

  console.error(error);
  return errors["unknown"]!;
}

export const notices = new Notices();
