import type {
  ChangePosition, GroupChange, GroupInfo, GroupMember, HistoryPage, JoinPolicy, Message, Page, Position, Profile, Role, SendAck, SessionInfo,
  Summary, SyncResult, Watermark,
} from "./types.ts";

type Nothing = Record<string, never>;
type Paging = { after?: string; limit?: number };
type OnMessage = { conversation: string; seq: number };
type OnMember = { group: string; user: string };

/** Every command of the native door: what it takes and what it answers. */
export interface Commands {
  sync: { params: { positions: Record<string, Position>; limit?: number }; ok: SyncResult };
  send: {
    params: {
      conversation: string;
      clientId: string;
      text?: string;
      replyTo?: number;
      attachments?: unknown[];
      data?: Record<string, unknown>;
      echo?: boolean;
      after?: number;
    };
    ok: SendAck;
  };
  history: { params: { conversation: string; before?: number; after?: number; limit?: number }; ok: HistoryPage };
  edit: { params: OnMessage & { text: string }; ok: ChangePosition };
  delete: { params: OnMessage; ok: ChangePosition };
  react: { params: OnMessage & { emoji: string; on: boolean }; ok: ChangePosition };
  pin: { params: OnMessage & { on: boolean }; ok: ChangePosition };
  read: { params: OnMessage; ok: Nothing };
  delivered: { params: OnMessage; ok: Nothing };
  receipts: { params: { conversation: string } & Paging; ok: Page<Watermark> };
  typing: { params: { conversation: string }; ok: Nothing };
  open: { params: { to: string }; ok: Summary };
  conversations: { params: { limit?: number }; ok: { conversations: Summary[] } };
  search: {
    params: { conversation?: string; text: string; before?: number; limit?: number };
    ok: Page<Message>;
  };
  "group.create": {
    params: { group: string; title?: string; join?: JoinPolicy; public?: boolean; history?: "all" | "joined"; members?: string[] };
    ok: Summary;
  };
  "group.update": {
    params: { group: string; title?: string; join?: JoinPolicy; public?: boolean; history?: "all" | "joined" };
    ok: GroupChange;
  };
  "group.delete": { params: { group: string }; ok: GroupChange };
  "group.join": { params: { group: string }; ok: GroupChange };
  "group.leave": { params: { group: string }; ok: GroupChange };
  "group.invite": { params: OnMember; ok: GroupChange };
  "group.approve": { params: OnMember; ok: GroupChange };
  "group.reject": { params: OnMember; ok: GroupChange };
  "group.kick": { params: OnMember; ok: GroupChange };
  "group.ban": { params: OnMember; ok: GroupChange };
  "group.unban": { params: OnMember; ok: GroupChange };
  "group.role": { params: OnMember & { role: Role }; ok: GroupChange };
  "group.mute": { params: OnMember & { until: number }; ok: GroupChange };
  "group.get": { params: { group: string }; ok: GroupInfo };
  "group.members": { params: { group: string } & Paging; ok: Page<GroupMember> };
  "group.requests": { params: { group: string } & Paging; ok: Page<string> };
  "group.list": { params: { prefix?: string } & Paging; ok: Page<GroupInfo> };
  users: { params: { prefix?: string } & Paging; ok: Page<Profile> };
  who: { params: Paging; ok: Page<Profile> };
  user: { params: { name: string }; ok: Profile };
  me: { params: { displayName?: string; status?: string; avatar?: string; away?: boolean }; ok: Profile };
  contacts: { params: Nothing; ok: Page<Profile> };
  blocked: { params: Nothing; ok: Page<Profile> };
  "contact.add": { params: { user: string }; ok: Nothing };
  "contact.remove": { params: { user: string }; ok: Nothing };
  block: { params: { user: string }; ok: Nothing };
  unblock: { params: { user: string }; ok: Nothing };
  sessions: { params: Nothing; ok: Page<SessionInfo> };
  /** A session's id, or `all` for all but this one. */
  "session.end": { params: { session: string }; ok: Nothing };
  ping: { params: Nothing; ok: Nothing };
}

export type CommandName = keyof Commands;
export type Params<K extends CommandName> = Commands[K]["params"];
export type Answer<K extends CommandName> = Commands[K]["ok"];
