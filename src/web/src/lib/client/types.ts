/** Where a client stands in one conversation. Under another epoch the same number is another message. */
export interface Position {
  epoch: string;
  /** 1, 2, 3 ... without holes; 0 before the first entry. */
  seq: number;
}

export type MessageKind = "text" | "system" | "edit" | "delete" | "reaction" | "pin";

export type SystemType =
  | "created" | "joined" | "left" | "kicked" | "banned" | "unbanned" | "role" | "muted" | "unmuted" | "renamed" | "updated" | "deleted";

/** What belongs to a message's kind. Every member is optional: it came over the wire. */
export interface MessageData {
  /** What a system entry reports. */
  type?: SystemType | (string & {});
  user?: string;
  by?: string;
  owner?: string;
  role?: Role;
  /** Unix milliseconds. */
  until?: number;
  title?: string;
  members?: string[];
  /** The number that a change entry changes. */
  target?: number;
  emoji?: string;
  on?: boolean;
  [other: string]: unknown;
}

/** One entry of a conversation's log. */
export interface Message {
  conversation: string;
  seq: number;
  from: string;
  /** Unix milliseconds by the storage's clock. */
  at: number;
  kind: MessageKind;
  clientId?: string;
  /** Absent from deleted messages. */
  text?: string;
  replyTo?: number;
  mentions?: string[];
  attachments?: unknown[];
  /** When it was last edited, in Unix milliseconds. */
  edited?: number;
  deleted?: boolean;
  /** Who reacted, by emoji. */
  reactions?: Record<string, string[]>;
  data?: MessageData;
}

export type Role = "owner" | "admin" | "member";
export type JoinPolicy = "open" | "approval" | "invite";
export type PresenceState = "online" | "away" | "offline";

/** A conversation as its member sees it in a list. */
export interface Summary {
  conversation: string;
  kind: "direct" | "group";
  /** A group's title; the peer's name in a direct conversation. */
  title: string;
  epoch: string;
  last: number;
  /** The own watermarks. */
  read: number;
  delivered: number;
  unread: number;
  lastMessage?: Message;
  /** The other person of a direct conversation. */
  peer?: string;
  /** How many members a group has. */
  members?: number;
  role: Role;
  /** Until when the user may not write, in Unix milliseconds; 0 when not muted. */
  muted: number;
  /** The numbers of the pinned messages. */
  pinned: number[];
}

/** A person. */
export interface Profile {
  name: string;
  displayName: string;
  status: string;
  avatar: string;
  guest: boolean;
  state: PresenceState;
  /** Unix milliseconds. */
  lastSeen?: number;
}

export interface GroupInfo {
  /** The id without `group:`. */
  group: string;
  conversation: string;
  title: string;
  join: JoinPolicy;
  public: boolean;
  history: "all" | "joined";
  members: number;
  /** The own role; absent for a stranger. */
  role?: Role;
}

export interface GroupMember {
  user: string;
  role: Role;
  /** The number of the entry that made this person a member. */
  joinedAt: number;
  /** Unix milliseconds; 0 when not muted. */
  muted: number;
}

/** How far somebody has come in a conversation. */
export interface Watermark {
  user: string;
  read: number;
  delivered: number;
}

export interface SessionInfo {
  session: string;
  node: string;
  device: string;
  /** Unix milliseconds. */
  since: number;
  current: boolean;
}

export interface Page<T> {
  items: T[];
  /** What to pass as `after` for the next page; absent or null at the end. */
  next?: string | null;
}

export interface HistoryPage {
  epoch: string;
  /** Edits, deletions and reactions up to this number are applied to the messages. */
  last: number;
  /** Oldest first, without change entries. */
  messages: Message[];
  /** The numbers that the page covers. */
  from: number;
  to: number;
  /** Whether there is more in the direction asked for. */
  more: boolean;
}

export interface SendAck {
  conversation: string;
  epoch: string;
  seq: number;
  /** Unix milliseconds. */
  at: number;
  /** Whether it had been stored before. */
  duplicate: boolean;
}

export interface ChangePosition extends Position {
  conversation: string;
}

/** What a group command answers; `pending` while a request to join waits for approval. */
export type GroupChange = Partial<ChangePosition> & { pending?: boolean };

export interface SyncResult {
  conversations: Summary[];
  recovered: Record<string, boolean>;
}

export interface ServerLimits {
  /** Bytes of UTF-8 of a text. */
  text: number;
  frame: number;
  inFlight: number;
  page: number;
  replay: number;
}

export interface Hello {
  user: string;
  session: string;
  node: string;
  limits: ServerLimits;
}
