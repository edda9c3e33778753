import { lang } from "./index.svelte";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${lang.locale} ${name}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(lang.locale, options);
    formats.set(key, made);
  }

  return made.format(at);
}

/** Midnight before the time, by the clock of this device. */
export function startOfDay(at: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** Whole days between two times as people count them, whatever daylight saving does. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / 86_400_000);
}

export const time = (at: number) => format(at, "time", { hour: "numeric", minute: "2-digit" });

export const full = (at: number) => format(at, "full", { dateStyle: "full", timeStyle: "short" });

/** For the line between two days. */
export function day(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days === 0) {
    return lang.t.dates.today;
  }

  if (days === 1) {
    return lang.t.dates.yesterday;
  }

  if (days > 1 && days < 7) {
    return format(at, "weekday", { weekday: "long" });
  }

  return new Date(at).getFullYear() === new Date(now).getFullYear()
    ? format(at, "day", { weekday: "long", day: "numeric", month: "long" })
    : format(at, "year", { day: "numeric", month: "long", year: "numeric" });
}

/** For a list: the time today, the weekday this week, the date before. */
export function brief(at: number, now = Date.now()): string {
  const days = daysBetween(at, now);
  if (days <= 0) {
    return time(at);
  }

  return days < 7
    ? format(at, "short", { weekday: "short" })
    : format(at, "numeric", { day: "numeric", month: "numeric", year: "2-digit" });
}

/** For "last seen": minutes and hours while they are few, then the day. */
export function ago(at: number, now = Date.now()): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) {
    return lang.t.dates.now;
  }

  const relative = new Intl.RelativeTimeFormat(lang.locale, { numeric: "always" });
  return minutes < 60
    ? relative.format(-minutes, "minute")
    : minutes < 12 * 60
      ? relative.format(-Math.floor(minutes / 60), "hour")
      : `${day(at, now)}, ${time(at)}`;
}
