import { ChatError } from "$lib/client/index.ts";
import type { Chat } from "./chat.svelte";

const awayAfter = 5 * 60_000;

/** Tells the others "away" when the page has been hidden for five minutes, and takes it back when it is seen again. */
export function watchAway(chat: Chat): () => void {
  let away = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = async (now: boolean) => {
    away = now;
    try {
      await chat.client.request("me", { away: now });
    } catch (error) {
      if (!(error instanceof ChatError)) {
        throw error;
      }

      // Not connected: a new session begins as present.
    }
  };

  const onchange = () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(() => void tell(true), awayAfter);
    } else if (away) {
      void tell(false);
    }
  };

  document.addEventListener("visibilitychange", onchange);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onchange);
  };
}
