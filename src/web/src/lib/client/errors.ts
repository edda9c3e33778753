/** The stable numbers of the protocol's errors. */
export const ErrorCode = {
  badRequest: 4000,
  tooLarge: 4001,
  unauthenticated: 4010,
  notMember: 4030,
  forbidden: 4031,
  blocked: 4032,
  muted: 4033,
  banned: 4034,
  noSuchUser: 4040,
  noSuchConversation: 4041,
  noSuchMessage: 4042,
  nameTaken: 4090,
  conflict: 4091,
  expired: 4092,
  rateLimited: 4290,
  internal: 5000,
  unavailable: 5030,
} as const;

/** A refusal or failure as plain data, for example to be stored with a message. */
export interface ErrorInfo {
  code: number;
  name: string;
  message: string;
  /** Whether the same command may succeed later. */
  retry: boolean;
}

/** The server refused a command, or there was no answer (`unavailable`: it may have happened). */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: number;
  /** The number's name, for example `not_member`. */
  readonly kind: string;
  readonly retry: boolean;

  constructor(error: ErrorInfo) {
    super(error.message || error.name);
    this.code = error.code;
    this.kind = error.name;
    this.retry = error.retry;
  }

  get info(): ErrorInfo {
    return { code: this.code, name: this.kind, message: this.message, retry: this.retry };
  }

  static tooLarge(): ChatError {
    return new ChatError({ code: ErrorCode.tooLarge, name: "too_large", message: "This is too long.", retry: false });
  }

  static unavailable(message: string): ChatError {
    return new ChatError({ code: ErrorCode.unavailable, name: "unavailable", message, retry: true });
  }
}
