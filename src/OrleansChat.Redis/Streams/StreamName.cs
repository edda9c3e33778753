using System.Diagnostics.CodeAnalysis;
using System.Text;
using Orleans.Runtime;
using OrleansChat.Redis.Connections;
using OrleansChat.Streams;
using StackExchange.Redis;

namespace OrleansChat.Redis.Streams;

/// <summary>The name of a stream, in the forms that announcements and Redis' keys have it.</summary>
internal sealed class StreamName
{
    private StreamName(string ns, string key)
    {
        Namespace = ns;
        Key = key;
        Id = Encoding.UTF8.GetBytes($"{ns} {key}");
        Nodes = ns switch
        {
            ChatStreams.Conversation => RedisKeys.Meta(key),
            ChatStreams.User => RedisKeys.UserNodes(key),
            ChatStreams.Presence => RedisKeys.Watchers(key),
            _ => $"{{s:{ns}/{key}}}:nodes",
        };
    }

    public string Namespace { get; }

    public string Key { get; }

    /// <summary>As it stands in the header of an announcement.</summary>
    public byte[] Id { get; }

    /// <summary>As it stands in the set of what a node follows.</summary>
    public string Member => $"{Namespace}/{Key}";

    /// <summary>Where the stream's nodes are noted: a field of a conversation's meta, or a set.</summary>
    public RedisKey Nodes { get; }

    public bool IsConversation => Namespace == ChatStreams.Conversation;

    /// <summary>Whether it carries <see cref="Announcement"/>; the others carry JSON.</summary>
    public bool CarriesAnnouncements => Namespace is ChatStreams.Conversation or ChatStreams.User or ChatStreams.Presence;

    /// <summary>The stream that Orleans names so.</summary>
    /// <exception cref="ArgumentException">It has no namespace, or white space or a slash where announcements and sets cannot hold it.</exception>
    public static StreamName Of(StreamId id)
    {
        string? ns = id.GetNamespace();
        string key = id.GetKeyAsString();
        return ns is not null && IsNamespace(ns) && IsKey(key)
            ? new StreamName(ns, key)
            : throw new ArgumentException(
                $"The stream '{ns}/{key}' cannot be used: it needs a namespace, without a slash, and neither part may hold white space or control characters.",
                nameof(id));
    }

    /// <summary>Reads a member of the set of what a node follows.</summary>
    public static bool TryParseMember(string member, [NotNullWhen(true)] out StreamName? name)
    {
        int slash = member.IndexOf('/', StringComparison.Ordinal);
        name = slash > 0 && IsNamespace(member[..slash]) && IsKey(member[(slash + 1)..])
            ? new StreamName(member[..slash], member[(slash + 1)..])
            : null;
        return name is not null;
    }

    public override string ToString() => Member;

    private static bool IsNamespace(string text) => IsKey(text) && !text.Contains('/', StringComparison.Ordinal);

    private static bool IsKey(string text)
    {
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
