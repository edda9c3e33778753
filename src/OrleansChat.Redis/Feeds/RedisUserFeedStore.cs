using System.Globalization;
using OrleansChat.Feeds;
using OrleansChat.Redis.Connections;
using OrleansChat.Redis.Conversations;
using StackExchange.Redis;

namespace OrleansChat.Redis.Feeds;

/// <summary>
/// Feeds over Redis: a stream of references and a hash of marks in the user's slot, which one script moves together. The logs lie in other slots;
/// they are read before, and the marks tell whether what was read still is what comes next.
/// </summary>
internal sealed class RedisUserFeedStore(RedisConnection redis) : IUserFeedStore
{
    private static readonly long GuestKept = (long)FeedKeys.GuestKept.TotalMilliseconds;

    private static readonly RedisScript Marks = RedisScript.Load("feed-marks");
    private static readonly RedisScript Look = RedisScript.Load("feed-look");
    private static readonly RedisScript Append = RedisScript.Load("feed-append");
    private static readonly RedisScript Note = RedisScript.Load("feed-note");
    private static readonly RedisScript Messages = RedisScript.Load("feed-messages");

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, string>> MarksAsync(Actor reader, IReadOnlyCollection<string>? conversations)
    {
        RedisValue[] asked = conversations is null ? [] : [.. conversations.Select(one => (RedisValue)one)];
        RedisResult reply = await redis.EvaluateAsync(Marks, [FeedKeys.Marks(reader), FeedKeys.Conversations(reader)], asked).ConfigureAwait(false);
        string[] found = reply.Texts();
        var marks = new Dictionary<string, string>(found.Length / 2, StringComparer.Ordinal);
        for (int i = 0; i < found.Length; i += 2)
        {
            marks[found[i]] = found[i + 1];
        }

        return marks;
    }

    /// <inheritdoc />
    public async Task<FeedStretch> LookAsync(ConversationId conversation, Actor reader, string mark, int limit)
    {
        var keys = new ConversationKeys(conversation);
        RedisResult[] reply = (await redis.EvaluateAsync(
            Look, [keys.Meta, keys.Log, keys.Members], [reader.User, reader.Incarnation, mark, limit]).ConfigureAwait(false)).Items();
        const int Fixed = 4;
        if (reply.Length < Fixed)
        {
            return new FeedStretch(conversation.Value, mark, mark, string.Empty, [], 0, false);
        }

        var entries = new FeedReference[(reply.Length - Fixed) / 2];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new FeedReference(conversation.Value, reply[Fixed + (2 * i)].Number(), reply[Fixed + (2 * i) + 1].Number());
        }

        return new FeedStretch(
            conversation.Value, mark, reply[0].Text(), reply[1].Text(), entries, reply[2].Number(), reply[3].IsOne());
    }

    /// <inheritdoc />
    public async Task<bool> AppendAsync(Actor reader, IReadOnlyList<FeedAdvance> advances, IReadOnlyList<FeedReference> references)
    {
        var arguments = new List<RedisValue>(2 + (3 * (advances.Count + references.Count))) { GuestKept, advances.Count };
        var places = new Dictionary<string, int>(advances.Count, StringComparer.Ordinal);
        foreach (FeedAdvance advance in advances)
        {
            places[advance.Conversation] = places.Count + 1;
            arguments.Add(advance.Conversation);
            arguments.Add(advance.From);
            arguments.Add(advance.To);
        }

        foreach (FeedReference reference in references)
        {
            arguments.Add(places[reference.Conversation]);
            arguments.Add(reference.Seq);
            arguments.Add(reference.At);
        }

        RedisResult reply = await redis.EvaluateAsync(
            Append, [FeedKeys.Feed(reader), FeedKeys.Marks(reader), FeedKeys.Account(reader)], [.. arguments]).ConfigureAwait(false);
        return reply.IsOne();
    }

    /// <inheritdoc />
    public Task NoteAsync(Actor reader, FeedAction action) =>
        redis.EvaluateAsync(
            Note,
            [FeedKeys.Feed(reader), FeedKeys.Marks(reader), FeedKeys.Account(reader)],
            [GuestKept, "x", action.Name, "u", action.User, "t", action.To]);

    /// <inheritdoc />
    public async Task<IReadOnlyList<FeedEntry>> ReadAsync(Actor reader, FeedId after, int count) =>
        Read(await redis.ExecuteAsync("XRANGE", FeedKeys.Feed(reader), after.Next.ToString(), "+", "COUNT", count).ConfigureAwait(false));

    /// <inheritdoc />
    public async Task<IReadOnlyList<FeedEntry>> ReadBackAsync(Actor reader, FeedId from, int count) =>
        Read(await redis.ExecuteAsync("XREVRANGE", FeedKeys.Feed(reader), from.ToString(), "-", "COUNT", count).ConfigureAwait(false));

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<long, ReadOnlyMemory<byte>>> MessagesAsync(
        ConversationId conversation, Actor? reader, IReadOnlyList<long> numbers)
    {
        var keys = new ConversationKeys(conversation);
        RedisResult[] reply = (await redis.EvaluateAsync(
            Messages,
            [keys.Meta, keys.Log, keys.Members, keys.Patch],
            [
                conversation.Value, reader?.User ?? string.Empty, reader?.Incarnation ?? string.Empty,
                .. numbers.Select(static number => (RedisValue)number.ToString(CultureInfo.InvariantCulture)),
            ]).ConfigureAwait(false)).Items();
        var messages = new Dictionary<long, ReadOnlyMemory<byte>>(reply.Length / 5);
        for (int i = 0; i + 4 < reply.Length; i += 5)
        {
            byte[] tombstone = reply[i + 4].Bytes();
            messages[reply[i].Number()] = tombstone.Length > 0
                ? tombstone
                : MessageOverlay.Apply(reply[i + 1].Bytes(), reply[i + 2].Bytes(), reply[i + 3].Bytes());
        }

        return messages;
    }

    private static FeedEntry[] Read(RedisResult reply) => Array.ConvertAll(reply.Items(), static item =>
    {
        RedisResult[] parts = item.Items();
        string text = parts[0].Text();
        FeedId id = FeedId.TryParse(text, out FeedId parsed)
            ? parsed
            : throw new InvalidDataException($"A feed holds an entry with the id '{text}'.");
        string[] fields = parts[1].Texts();
        return fields[0] == "c"
            ? new FeedEntry(id, new FeedReference(fields[1], (long)id.Seq, long.Parse(fields[3], CultureInfo.InvariantCulture)), null)
            : new FeedEntry(id, null, new FeedAction(fields[1], fields[3], fields[5]));
    });
}
