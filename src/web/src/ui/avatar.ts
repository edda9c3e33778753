/**
 * The picture of a person, as kept in the profile's `avatar`: `color:<0-11>` with `,emoji:<emoji>` after it where one is chosen.
 * Other clients may put anything there; what is not understood counts as nothing, never as an address to load from.
 */
export interface AvatarChoice {
  colour?: number;
  emoji?: string;
}

export const avatarColours = 12;

const form = /^color:(\d{1,2})(?:,emoji:(\p{Extended_Pictographic}[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200D\uFE0F]{0,12}))?$/u;

export function readAvatar(avatar: string | undefined): AvatarChoice {
  const match = form.exec(avatar ?? "");
  const colour = Number(match?.[1]);
  if (!match || colour >= avatarColours) {
    return {};
  }

  return match[2] ? { colour, emoji: match[2] } : { colour };
}

export function writeAvatar({ colour = 0, emoji }: AvatarChoice): string {
  return emoji ? `color:${colour},emoji:${emoji}` : `color:${colour}`;
}

/** Always the same colour for a name, on every device. */
export function colourOf(name: string): number {
  let hash = 2166136261;
  for (const character of name) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619);
  }

  return (hash >>> 0) % avatarColours;
}

/** One or two letters to stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  const segment = (word: string) => [...word][0] ?? "";
  return letters.map(segment).join("").toLocaleUpperCase() || "?";
}
