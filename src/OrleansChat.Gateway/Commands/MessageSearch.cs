using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansChat.Conversations;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Commands;

/// <summary>
/// Looks for words in the caller's messages, from the newest back. There is no index: a search reads at most <see cref="Most"/> messages, and
/// only a few searches run on a node at a time.
/// </summary>
internal sealed class MessageSearch(IMessageLog log, IUserDirectory directory, GatewayOptions options) : IDisposable
{
    /// <summary>The most messages that one search reads.</summary>
    public const int Most = 5_000;

    /// <summary>The most conversations that one search looks into.</summary>
    public const int MostConversations = 200;

    private const int LongestText = 256;
    private const int AtATime = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly int _pageSize = options.Limits.PageSize;
    private readonly SemaphoreSlim _running = new(AtATime);

    public async Task<CommandResult> SearchAsync(Caller caller, CommandArguments arguments)
    {
        string[] words = arguments.Text("text").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.Sum(word => word.Length) > LongestText)
        {
            return ChatError.BadRequest.Because($"text must have 1 to {LongestText} characters.");
        }

        var search = new Search(words, arguments.Limit(20, _pageSize));
        if (!await _running.WaitAsync(Patience))
        {
            return ChatError.RateLimited;
        }

        try
        {
            return arguments.OptionalText("conversation") is null
                ? await EverywhereAsync(caller, search)
                : await InAsync(caller, arguments.Conversation(), Before(arguments), search);
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    // The next of a page is a text, as on every page.
    private static long? Before(CommandArguments arguments) =>
        arguments.Json.TryGetProperty("before", out JsonElement before) && before.ValueKind == JsonValueKind.String
            ? long.TryParse(arguments.Text("before"), NumberStyles.None, CultureInfo.InvariantCulture, out long seq)
                ? seq
                : throw new BadArgumentException("before must be a number or the next of a page.")
            : arguments.Number("before");

    private async Task<CommandResult> InAsync(Caller caller, ConversationId id, long? before, Search search)
    {
        if (id.IsDirect && id.PeerOf(caller.User) is null)
        {
            return ChatError.NotMember;
        }

        Result<long> next = await ReadAsync(caller.Actor, id, before, search);
        return next.IsOk ? search.Result(next.Value) : next.Error;
    }

    private async Task<CommandResult> EverywhereAsync(Caller caller, Search search)
    {
        Result<List<Summary>> summaries = await UserList.SummariesAsync(log, (await directory.ConversationsAsync(caller.User)).Keys, caller.Actor);
        if (!summaries.IsOk)
        {
            return summaries.Error;
        }

        foreach (Summary summary in SummaryOrder.NewestFirst(summaries.Value).Take(MostConversations))
        {
            if (search.Left > 0 && ConversationId.TryParse(summary.Conversation, out ConversationId id))
            {
                // A conversation that the caller was removed from meanwhile has nothing for them.
                Result<long> read = await ReadAsync(caller.Actor, id, null, search.Fork());
                if (read.Error is { Retry: true } error)
                {
                    return error;
                }
            }
        }

        return search.Result(0);
    }

    /// <summary>Reads back until enough was found. Returns where to go on; 0 at the beginning of the log.</summary>
    private async Task<Result<long>> ReadAsync(Actor actor, ConversationId id, long? before, Search search)
    {
        while (true)
        {
            Result<HistoryPage> page = await log.HistoryAsync(id, new HistoryRequest(actor, before, null, Math.Min(_pageSize, search.Left)));
            if (!page.IsOk)
            {
                return page.Error;
            }

            for (int i = page.Value.Messages.Count - 1; i >= 0; i--)
            {
                if (search.Look(page.Value.Messages[i]) is > 0 and var found && search.IsFull)
                {
                    return found > 1 ? found : 0;
                }
            }

            before = page.Value.From;
            if (!page.Value.More || search.Left <= 0)
            {
                return page.Value.More ? page.Value.From : 0;
            }
        }
    }

    /// <summary>What is looked for, what was found, and how much may still be read.</summary>
    private sealed class Search(string[] words, int limit)
    {
        private readonly List<(long At, JsonElement Message)> _found = [];
        private int _inThis;

        public int Left { get; private set; } = Most;

        /// <summary>Whether one conversation gave as much as a page holds.</summary>
        public bool IsFull => _inThis >= limit;

        /// <summary>The next conversation may have newer ones: it may fill the page by itself.</summary>
        public Search Fork()
        {
            _inThis = 0;
            return this;
        }

        /// <summary>Returns the message's number when it has every word, else 0.</summary>
        public long Look(ReadOnlyMemory<byte> message)
        {
            Left--;
            JsonElement json = JsonElement.Parse(message.Span);
            if (!json.GetProperty("kind").ValueEquals("text") || !json.TryGetProperty("text", out JsonElement text)
                || text.GetString() is not { } written || !words.All(word => written.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return 0;
            }

            _inThis++;
            _found.Add((json.GetProperty("at").GetInt64(), json));
            return json.GetProperty("seq").GetInt64();
        }

        public CommandResult Result(long next) => CommandResult.Page(
            new Page<JsonElement>(
                [.. _found.OrderByDescending(found => found.At).Take(limit).Select(found => found.Message)],
                next == 0 ? null : next.ToString(CultureInfo.InvariantCulture)),
            static (writer, message) => writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(message), skipInputValidation: true));
    }
}
