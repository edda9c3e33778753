export type Section = "chats" | "people" | "groups" | "settings";

export interface Route {
  section: Section;
  /** The open conversation, person or group. */
  id?: string;
}

const sections: readonly string[] = ["chats", "people", "groups", "settings"];

/** Reads the part of the address after #. What is not understood leads to the list of conversations. */
export function parseRoute(hash: string): Route {
  const [section = "", ...rest] = hash.replace(/^#?\/?/, "").split("/");
  if (!sections.includes(section)) {
    return { section: "chats" };
  }

  const id = decode(rest.join("/"));
  return id ? { section: section as Section, id } : { section: section as Section };
}

export function formatRoute({ section, id }: Route): string {
  return `#/${section}${id ? `/${encodeURIComponent(id)}` : ""}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) {
      return undefined;
    }

    throw error;
  }
}
