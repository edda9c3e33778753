/** The name that is being typed after an @ before the cursor; undefined when none is. */
export function typedMention(text: string, cursor: number): { from: number; prefix: string } | undefined {
  const match = /(?:^|[^\p{L}\p{N}])@([a-z0-9._-]{0,32})$/iu.exec(text.slice(0, cursor));
  return match ? { from: cursor - match[1]!.length - 1, prefix: match[1]!.toLowerCase() } : undefined;
}

/** The text with the name in place of what was typed, and where the cursor goes. */
export function completeMention(text: string, cursor: number, from: number, name: string): { text: string; cursor: number } {
  const put = `@${name} `;
  return { text: text.slice(0, from) + put + text.slice(cursor).replace(/^ /, ""), cursor: from + put.length };
}

/** People whose user name or display name begins like this; user names first. */
export function matchPeople(prefix: string, people: readonly { name: string; displayName: string }[], most: number) {
  const score = ({ name, displayName }: { name: string; displayName: string }) =>
    name.startsWith(prefix)
      ? 0
      : displayName
            .toLocaleLowerCase()
            .split(/\s+/)
            .some((word) => word.startsWith(prefix))
        ? 1
        : 2;
  return people
    .map((person) => ({ person, rank: score(person) }))
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank || (a.person.name < b.person.name ? -1 : 1))
    .slice(0, most)
    .map(({ person }) => person);
}
