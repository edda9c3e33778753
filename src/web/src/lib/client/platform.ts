/** Time as the client uses it; tests put another one in its place. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls back once after so many milliseconds; the answer calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The part of a browser's WebSocket that the client uses. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export type SocketFactory = (url: string, protocol: string) => SocketLike;

export const browserSocket: SocketFactory = (url, protocol) => new WebSocket(url, protocol) as SocketLike;

/** Whether the device has a network, and whether somebody looks: both are reasons to try again at once. */
export interface Network {
  readonly online: boolean;
  /** Calls back when the network came or went, or the page was brought to the front. The answer ends that. */
  watch(changed: () => void): () => void;
}

export const browserNetwork: Network = {
  get online() {
    return typeof navigator === "undefined" || navigator.onLine !== false;
  },
  watch(changed) {
    if (typeof window === "undefined") {
      return () => undefined;
    }

    const shown = (): void => {
      if (document.visibilityState === "visible") {
        changed();
      }
    };
    window.addEventListener("online", changed);
    window.addEventListener("offline", changed);
    document.addEventListener("visibilitychange", shown);
    return () => {
      window.removeEventListener("online", changed);
      window.removeEventListener("offline", changed);
      document.removeEventListener("visibilitychange", shown);
    };
  },
};

/** 128 random bits in hexadecimal. Works on pages without HTTPS too, where `crypto.randomUUID` does not. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
