namespace OrleansChat.Client;

/// <summary>A connection stands and was synced; what was missed follows.</summary>
/// <param name="Hello">The session.</param>
/// <param name="Conversations">All conversations of the user.</param>
public sealed record ConnectedEvent(Hello Hello, IReadOnlyList<ChatSummary> Conversations) : ChatEvent;

/// <summary>The connection ended; unless <see cref="NativeClose.MayReconnect"/> says otherwise the client connects again by itself.</summary>
public sealed record DisconnectedEvent(NativeClose Close) : ChatEvent;

/// <summary>What was missed in a conversation cannot be replayed (<c>recovered:false</c>, or a new epoch): the application reloads a page. Messages after <paramref name="Position"/> follow.</summary>
public sealed record ConversationResetEvent(string Conversation, ChatPosition Position) : ChatEvent;

/// <summary>Live events had a hole, which was filled from the log before anything later was delivered.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="From">The first number that was missing.</param>
/// <param name="To">The last number delivered by the repair.</param>
public sealed record GapRepairedEvent(string Conversation, long From, long To) : ChatEvent;
