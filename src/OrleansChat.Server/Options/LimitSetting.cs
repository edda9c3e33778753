using System.Globalization;

namespace OrleansChat.Server.Options;

/// <summary>One bound of <see cref="ChatLimits"/> as a setting, with the range in which the server still works.</summary>
internal sealed record LimitSetting(Setting Setting, int Least, int Most, Func<ChatLimits, int> Read, Func<ChatLimits, int, ChatLimits> Write)
{
    private const int Million = 1_000_000;
    private const int Mebibyte = 1 << 20;

    public static readonly LimitSetting Text = Of("limit-text", "Text", "bytes of one message's text", 1, Mebibyte, l => l.Text, (l, n) => l with { Text = n });
    public static readonly LimitSetting Frame = Of("limit-frame", "Frame", "bytes of one frame, line or request body", 1024, 64 * Mebibyte, l => l.Frame, (l, n) => l with { Frame = n });
    public static readonly LimitSetting QueueBytes = Of("limit-queue-bytes", "QueueBytes", "bytes that may wait for a slow client", 1024, 1024 * Mebibyte, l => l.QueueBytes, (l, n) => l with { QueueBytes = n });

    public static readonly IReadOnlyList<LimitSetting> All =
    [
        Text,
        Frame,
        Of("limit-sessions", "SessionsPerUser", "connections of one user", 1, Million, l => l.SessionsPerUser, (l, n) => l with { SessionsPerUser = n }),
        Of("limit-members", "GroupMembers", "members of a group", 2, Million, l => l.GroupMembers, (l, n) => l with { GroupMembers = n }),
        Of("limit-conversations", "ConversationsPerUser", "conversations of one user", 1, Million, l => l.ConversationsPerUser, (l, n) => l with { ConversationsPerUser = n }),
        Of("limit-contacts", "Contacts", "contacts of one user", 0, Million, l => l.Contacts, (l, n) => l with { Contacts = n }),
        Of("limit-in-flight", "InFlightSends", "unacknowledged sends of one session", 1, 65536, l => l.InFlightSends, (l, n) => l with { InFlightSends = n }),
        Of("limit-pending", "NodePendingSends", "unacknowledged sends of all clients of a node", 1, Million, l => l.NodePendingSends, (l, n) => l with { NodePendingSends = n }),
        Of("limit-pending-bytes", "NodePendingBytes", "bytes of their content", 1024, 1024 * Mebibyte, l => l.NodePendingBytes, (l, n) => l with { NodePendingBytes = n }),
        QueueBytes,
        Of("limit-queue-events", "QueueEvents", "events that may wait for a slow client", 1, Million, l => l.QueueEvents, (l, n) => l with { QueueEvents = n }),
        Of("limit-sign-ins", "SignInAttempts", "sign-in attempts a minute, per account and per address; 0: no limit", 0, Million, l => l.SignInAttempts, (l, n) => l with { SignInAttempts = n }),
        Of("limit-commands", "CommandsPerSecond", "commands a second of one session; 0: no limit", 0, Million, l => l.CommandsPerSecond, (l, n) => l with { CommandsPerSecond = n }),
        Of("limit-user-messages", "UserMessagesPerSecond", "messages a second of one user, over all nodes; 0: no limit", 0, Million, l => l.UserMessagesPerSecond, (l, n) => l with { UserMessagesPerSecond = n }),
        Of("limit-group-messages", "GroupMessagesPerSecond", "messages a second to one group, over all nodes; 0: no limit", 0, Million, l => l.GroupMessagesPerSecond, (l, n) => l with { GroupMessagesPerSecond = n }),
        Of("limit-history", "HistoryEntries", "entries of one conversation that are kept; 0: all", 0, 1000 * Million, l => l.HistoryEntries, (l, n) => l with { HistoryEntries = n }),
        Of("limit-history-hours", "HistoryHours", "hours that messages are kept; 0: for ever", 0, Million, l => l.HistoryHours, (l, n) => l with { HistoryHours = n }),
        Of("limit-idle", "IdleSeconds", "seconds without a command after which a connection is closed; 0: never", 0, Million, l => l.IdleSeconds, (l, n) => l with { IdleSeconds = n }),
    ];

    private static LimitSetting Of(string name, string key, string help, int least, int most, Func<ChatLimits, int> read, Func<ChatLimits, int, ChatLimits> write) =>
        new(
            new Setting(name, $"Limits:{key}", "number", "Limits", string.Create(CultureInfo.InvariantCulture, $"{help} [{read(new ChatLimits())}]")),
            least,
            most,
            read,
            write);
}
