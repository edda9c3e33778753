using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansChat.Conversations;
using OrleansChat.Presence;
using OrleansChat.Redis.Connections;
using OrleansChat.Users;
using StackExchange.Redis;

namespace OrleansChat.Redis.Retention;

/// <summary>
/// Finds the conversations in which nobody says anything any more, whose old entries therefore no append takes away: one node goes through the
/// lists of all registered users and the public groups once an hour, one conversation at a time.
/// </summary>
internal sealed partial class RetentionSweep(
    RedisConnection redis, IRetention retention, IUserDirectory directory, NodeIdentity node, TimeProvider time, ILogger<RetentionSweep> logger)
    : BackgroundService
{
    private const int Page = 100;
    private const int RememberedGroups = 100_000;

    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Between two pages of users: what people do comes first.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    /// <summary>Goes through everything once. The answer is how many conversations were looked at.</summary>
    public async Task<int> WalkAsync(CancellationToken cancellation)
    {
        _groups.Clear();
        int looked = 0;
        await foreach (string user in NamesAsync(RedisKeys.Users, cancellation).ConfigureAwait(false))
        {
            foreach (string conversation in (await directory.ConversationsAsync(user).ConfigureAwait(false)).Keys)
            {
                looked += await TrimAsync(conversation, cancellation).ConfigureAwait(false);
            }
        }

        await foreach (string group in NamesAsync(RedisKeys.PublicGroups, cancellation).ConfigureAwait(false))
        {
            looked += await TrimAsync(ConversationId.Group(group).Value, cancellation).ConfigureAwait(false);
        }

        return looked;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!retention.IsOn)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every / 4, time);
        do
        {
            try
            {
                if (await IsOursAsync().ConfigureAwait(false))
                {
                    await WalkAsync(stoppingToken).ConfigureAwait(false);
                }
            }
#pragma warning disable CA1031 // A node serves on without its sweep; the fault is logged and the next one tries again.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogInterrupted(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    // Whoever comes first in an hour does it.
    private async Task<bool> IsOursAsync() =>
        !(await redis.ExecuteAsync("SET", RedisKeys.RetentionTurn, node.Current, "NX", "PX", (long)Every.TotalMilliseconds).ConfigureAwait(false)).IsNull;

    private async Task<int> TrimAsync(string conversation, CancellationToken cancellation)
    {
        if (!ConversationId.TryParse(conversation, out ConversationId id) || (!id.IsDirect && !IsNew(conversation)))
        {
            return 0;
        }

        while (await retention.TrimAsync(id).ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return 1;
    }

    // A group stands in the lists of all its members. Forgetting which ones were done costs another look, no more.
    private bool IsNew(string group)
    {
        if (_groups.Count >= RememberedGroups)
        {
            _groups.Clear();
        }

        return _groups.Add(group);
    }

    private async IAsyncEnumerable<string> NamesAsync(
        RedisKey names, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        string after = "-";
        while (true)
        {
            string[] page = (await redis.ExecuteAsync("ZRANGEBYLEX", names, after, "+", "LIMIT", 0, Page).ConfigureAwait(false)).Texts();
            foreach (string name in page)
            {
                yield return name;
            }

            if (page.Length < Page)
            {
                yield break;
            }

            after = "(" + page[^1];
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old messages were not all looked for; it begins again in an hour")]
    private partial void LogInterrupted(Exception failure);
}
