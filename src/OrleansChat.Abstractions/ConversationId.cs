using System.Diagnostics.CodeAnalysis;

namespace OrleansChat;

/// <summary>
/// The id of a conversation: <c>dm:&lt;a&gt;:&lt;b&gt;</c> with two different user names in ordinal order, or <c>group:&lt;id&gt;</c>.
/// </summary>
public readonly record struct ConversationId
{
    private const string DirectPrefix = "dm:";
    private const string GroupPrefix = "group:";

    private ConversationId(string value) => Value = value;

    /// <summary>The id as it stands on the wire and in storage.</summary>
    public string Value { get; }

    /// <summary>Whether this is a conversation of two people.</summary>
    public bool IsDirect => Value.StartsWith(DirectPrefix, StringComparison.Ordinal);

    /// <summary>The group's id without its prefix; null for a direct conversation.</summary>
    public string? GroupId => IsDirect ? null : Value[GroupPrefix.Length..];

    /// <summary>The direct conversation of two different users.</summary>
    public static ConversationId Direct(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? new($"{DirectPrefix}{one}:{other}") : new($"{DirectPrefix}{other}:{one}");

    /// <summary>The conversation of a group, by the group's id.</summary>
    public static ConversationId Group(string id) => new(GroupPrefix + id);

    /// <summary>Reads an id in its stored form. False when it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ConversationId id)
    {
        id = default;
        if (text is null || text.Length > DirectPrefix.Length + (2 * Names.MaxUserLength) + 1 + GroupPrefix.Length)
        {
            return false;
        }

        if (text.StartsWith(GroupPrefix, StringComparison.Ordinal))
        {
            if (!Names.TryGroup(text[GroupPrefix.Length..], out string? group) || group.Length != text.Length - GroupPrefix.Length || !text.EndsWith(group, StringComparison.Ordinal))
            {
                return false;
            }

            id = new(text);
            return true;
        }

        if (!text.StartsWith(DirectPrefix, StringComparison.Ordinal) || !TrySplit(text, out string? one, out string? other))
        {
            return false;
        }

        id = new(text);
        return Names.TryUser(one, out string? a) && a == one
            && Names.TryUser(other, out string? b) && b == other
            && string.CompareOrdinal(one, other) < 0;
    }

    /// <summary>The two people of a direct conversation. False for a group.</summary>
    public bool TryGetPair([NotNullWhen(true)] out string? one, [NotNullWhen(true)] out string? other)
    {
        one = other = null;
        return IsDirect && TrySplit(Value, out one, out other);
    }

    /// <summary>The other one of a direct conversation that <paramref name="user"/> is part of; null otherwise.</summary>
    public string? PeerOf(string user) =>
        !TryGetPair(out string? one, out string? other) ? null : one == user ? other : other == user ? one : null;

    /// <inheritdoc />
    public override string ToString() => Value;

    private static bool TrySplit(string text, [NotNullWhen(true)] out string? one, [NotNullWhen(true)] out string? other)
    {
        one = other = null;
        int colon = text.IndexOf(':', DirectPrefix.Length);
        if (colon < 0)
        {
            return false;
        }

        one = text[DirectPrefix.Length..colon];
        other = text[(colon + 1)..];
        return true;
    }
}
