using System.Globalization;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using OrleansChat.Conversations;
using OrleansChat.Redis;

namespace OrleansChat.Bench;

/// <summary>The append of a batch, one round trip to a redis-server of the benchmark's own. Every message is new.</summary>
public class AppendBenchmarks
{
    private static readonly Actor _alice = new("alice", "", "node-1");
    private static readonly ConversationId _conversation = ConversationId.Direct("alice", "bob");
    private BenchRedis? _redis;
    private ServiceProvider? _services;
    private IMessageLog? _log;
    private long _next;

    /// <summary>Sends in one batch.</summary>
    [Params(1, 8, 64)]
    public int Sends { get; set; }

    /// <summary>Starts redis-server and creates the conversation.</summary>
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult(); // The in-process toolchain does not await it.

    private async Task SetUpAsync()
    {
        _redis = await BenchRedis.StartAsync();
        _services = new ServiceCollection().AddLogging().AddSingleton(new ChatLimits()).AddChatRedis(_redis.Address).BuildServiceProvider();
        _log = _services.GetRequiredService<IMessageLog>();
        await AppendAsync([new NewMember("alice", ""), new NewMember("bob", "")]);
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void CleanUp() => CleanUpAsync().GetAwaiter().GetResult(); // The in-process toolchain does not await it.

    private async Task CleanUpAsync()
    {
        await _services!.DisposeAsync();
        await _redis!.DisposeAsync();
    }

    /// <summary>The batch.</summary>
    [Benchmark]
    public Task<AppendReply> Append() => AppendAsync(create: null);

    private async Task<AppendReply> AppendAsync(NewMember[]? create)
    {
        var sends = new SendRequest[Sends];
        for (var i = 0; i < sends.Length; i++)
        {
            var clientId = (_next++).ToString(CultureInfo.InvariantCulture);
            sends[i] = new SendRequest(_alice, clientId, 17, MessageTail.Compose(clientId, ",\"text\":\"a text of some length, as people write\""u8));
        }

        var reply = await _log!.AppendAsync(new AppendBatch(_conversation, sends, Known: null, create));
        return reply.Outcome == AppendOutcome.Done && reply.Replies.All(one => one.Error is null && !one.Duplicate)
            ? reply
            : throw new InvalidOperationException("The batch was not appended.");
    }
}
