/** An address made from a title: what is no letter, digit, dot, dash or underscore becomes a dash. */
export function groupIdFrom(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 64);
}

export const isGroupId = (id: string): boolean => /^[a-z0-9][a-z0-9._-]{1,63}$/.test(id);
