using System.Text.RegularExpressions;
using OrleansChat.Client;

namespace OrleansChat.Cli.Conversations;

/// <summary>
/// How people write conversations. One rule: a bare name is a person, a group is written <c>group:ID</c> or <c>#ID</c>; a full id
/// (<c>dm:alice:bob</c>) is taken as it is. Nothing is guessed from what exists, or a new user could draw away a group's messages.
/// </summary>
internal static partial class ConversationName
{
    /// <summary>The code of <c>not_member</c>.</summary>
    public const int NotMember = 4030;

    private const string GroupPrefix = "group:";

    /// <summary>The conversation's id on the wire.</summary>
    public static string Parse(string text, string me)
    {
        string name = Fold(text);
        if (name.StartsWith('#') || name.StartsWith(GroupPrefix, StringComparison.Ordinal))
        {
            return GroupPrefix + Group(name);
        }

        if (FullDirect().Match(name) is { Success: true } pair)
        {
            name = pair.Groups[1].Value == me ? pair.Groups[2].Value : pair.Groups[2].Value == me ? pair.Groups[1].Value
                : throw new CliException(ExitCodes.Usage, $"{name} is a conversation of others");
        }

        return !Person().IsMatch(name) ? throw new CliException(ExitCodes.Usage, $"'{text}' names nobody: a person is written alice, a group group:ID or '#ID'")
            : name == me ? throw new CliException(ExitCodes.Usage, "there is no conversation with oneself")
            : string.CompareOrdinal(me, name) < 0 ? $"dm:{me}:{name}" : $"dm:{name}:{me}";
    }

    /// <summary>A group's id, where only a group can be meant: <c>ID</c>, <c>#ID</c> or <c>group:ID</c>.</summary>
    public static string Group(string text)
    {
        string name = Fold(text);
        string id = name.StartsWith('#') ? name[1..] : name.StartsWith(GroupPrefix, StringComparison.Ordinal) ? name[GroupPrefix.Length..] : name;
        return GroupId().IsMatch(id)
            ? id
            : throw new CliException(ExitCodes.Usage, $"'{text}' is no group id: 2 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
    }

    /// <summary>A conversation as <see cref="Parse"/> would take it again: the other person's name, or <c>group:ID</c>.</summary>
    public static string Show(string conversation, string me) => PeerOf(conversation, me) ?? conversation;

    /// <summary>The other person of a direct conversation; null for a group.</summary>
    public static string? PeerOf(string conversation, string me) =>
        FullDirect().Match(conversation) is { Success: true } pair
            ? pair.Groups[1].Value == me ? pair.Groups[2].Value : pair.Groups[1].Value
            : null;

    /// <summary>Says of a refusal what to do about it; null where the server's own words are the best.</summary>
    public static string? Explain(ChatError refusal, string conversation, string me)
    {
        string shown = Show(conversation, me);
        return (refusal.Code, PeerOf(conversation, me)) switch
        {
            (4040, { } peer) => $"there is no user {peer}: 'chat users' lists them, and a group is written group:{peer}",
            (4041, null) => $"there is no {shown}: 'chat groups find' lists the public groups",
            (NotMember, null) => $"you are not in {shown}: chat groups join {shown}",
            _ => null,
        };
    }

    private static string Fold(string text) =>
        string.Create(text.Length, text, static (span, from) =>
        {
            for (int i = 0; i < from.Length; i++)
            {
                span[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
            }
        });

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{1,31}\z")]
    private static partial Regex Person();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{1,63}\z")]
    private static partial Regex GroupId();

    [GeneratedRegex(@"\Adm:([a-z0-9._-]+):([a-z0-9._-]+)\z")]
    private static partial Regex FullDirect();
}
