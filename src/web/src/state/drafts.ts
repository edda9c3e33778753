const prefix = "orleanschat.draft.";

/** What was typed and not sent, by user and conversation. */
export const drafts = {
  read(user: string, conversation: string): string {
    return localStorage.getItem(`${prefix}${user}.${conversation}`) ?? "";
  },

  write(user: string, conversation: string, text: string): void {
    const key = `${prefix}${user}.${conversation}`;
    if (!text.trim()) {
      localStorage.removeItem(key);
      return;
    }

    try {
      localStorage.setItem(key, text);
    } catch {
      // Storage is full: the draft lives as long as the page.
    }
  },

  clear(user: string): void {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(`${prefix}${user}.`))) {
      localStorage.removeItem(key);
    }
  },
};
