using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using OrleansChat.Conversations;
using OrleansChat.Grains.Calls;
using OrleansChat.Presence;
using OrleansChat.Redis;
using OrleansChat.Testing;
using OrleansChat.Users;

namespace OrleansChat.Grains.Tests;

/// <summary>A client sends on while silos are killed, added, restarted and replaced one by one: the same with either engine.</summary>
public sealed class SiloLifeTests
{
    private const int Senders = 3;

    [Fact]
    public async Task What_was_acknowledged_is_in_the_log_once_and_in_order_whatever_becomes_of_the_silos()
    {
        var builder = new TestClusterBuilder(3);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Caller>();
        ClusterMembers.Configure(builder);
        TestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        await using TestCluster disposed = cluster;
        string conversation = await OpenAsync(cluster.GrainFactory);
        using CancellationTokenSource enough = new();
        var acked = new List<long>[Senders];
        Task[] senders = [.. Enumerable.Range(0, Senders).Select(i => SendAsync(cluster, conversation, i, acked[i] = [], enough.Token))];

        await MoreAsync(acked, senders);
        await cluster.KillSiloAsync(cluster.SecondarySilos[0]);
        await MoreAsync(acked, senders);
        await cluster.StartAdditionalSiloAsync();
        await MoreAsync(acked, senders);
        foreach (SiloHandle old in cluster.Silos.ToArray())
        {
            await cluster.RestartSiloAsync(old);
            await MoreAsync(acked, senders);
        }

        await enough.CancelAsync();
        await Task.WhenAll(senders).WithinAsync(TimeSpan.FromSeconds(60), "the last acknowledgements");
        IReadOnlyList<string> log = await LogAsync(cluster.GrainFactory, conversation);

        // Each sender waits for an acknowledgement before it sends the next: its ids stand in the order of its sends, each once.
        Assert.Equal(log.Count, log.Distinct().Count());
        for (int i = 0; i < Senders; i++)
        {
            Assert.Equal(acked[i].Order(), acked[i]);
            Assert.Equal(
                Enumerable.Range(0, acked[i].Count).Select(n => $"s{i}-{n}"),
                acked[i].Select(seq => log[(int)seq - 1]));
        }
    }

    private static async Task<string> OpenAsync(IGrainFactory grains)
    {
        Assert.Null((await grains.GetGrain<IUserGrain>("life-a").Register("correct horse", null)).Error);
        Assert.Null((await grains.GetGrain<IUserGrain>("life-b").Register("correct horse", null)).Error);
        return ConversationId.Direct("life-a", "life-b").Value;
    }

    private static async Task SendAsync(TestCluster cluster, string conversation, int sender, List<long> acked, CancellationToken enough)
    {
        for (int n = 0; !enough.IsCancellationRequested; n++)
        {
            SendReply reply = await Eventually.ValueAsync(
                () => TryAsync(cluster, conversation, $"s{sender}-{n}"), answer => answer.Error is null, TimeSpan.FromSeconds(60), "an acknowledgement");
            lock (acked)
            {
                acked.Add(reply.Seq);
            }
        }
    }

    private static async Task<SendReply> TryAsync(TestCluster cluster, string conversation, string clientId)
    {
        byte[] content = Encoding.UTF8.GetBytes($",\"text\":\"{clientId}\"");
        SendRequest request = new(
            new Actor("life-a", string.Empty, string.Empty), clientId, MessageTail.Hash(content), MessageTail.Compose(clientId, content));
        try
        {
            return await cluster.GrainFactory.GetGrain<IConversationGrain>(conversation).Send(request);
        }
        catch (Exception away) when (away is StorageUnavailableException or TimeoutException or SiloUnavailableException)
        {
            return SendReply.Refused(ChatError.Unavailable);
        }
    }

    private static async Task MoreAsync(List<long>[] acked, Task[] senders)
    {
        int[] before = [.. acked.Select(Count)];
        await Eventually.TrueAsync(
            () =>
            {
                // One that failed says why.
                Assert.DoesNotContain(senders, sender => sender.IsFaulted);
                return acked.Zip(before).All(pair => Count(pair.First) >= pair.Second + 10);
            },
            TimeSpan.FromSeconds(60));
    }

    private static int Count(List<long> acked)
    {
        lock (acked)
        {
            return acked.Count;
        }
    }

    // The client id of each number.
    private static async Task<IReadOnlyList<string>> LogAsync(IGrainFactory grains, string conversation)
    {
        List<string> log = [];
        while (true)
        {
            Result<HistoryPage> page = await grains.GetGrain<IConversationGrain>(conversation)
                .History(new HistoryRequest(new Actor("life-b", string.Empty, string.Empty), null, log.Count, 200));
            Assert.True(page.IsOk, page.Error?.Message);
            foreach (ReadOnlyMemory<byte> message in page.Value.Messages)
            {
                JsonElement entry = JsonElement.Parse(message.Span);
                Assert.Equal(log.Count + 1, entry.GetProperty("seq").GetInt64());
                log.Add(entry.GetProperty("clientId").GetString()!);
            }

            if (!page.Value.More)
            {
                return log;
            }
        }
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddSingleton(new ChatLimits());
            siloBuilder.Services.AddSingleton(new NodeIdentity("life"));
            siloBuilder.Services.AddSingleton(TimeProvider.System);
            siloBuilder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
            siloBuilder.Services.AddChatRedis(TwoNodes.Address!);
            siloBuilder.Services.AddChatGrains();
        }
    }

    private sealed class Caller : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder)
        {
            clientBuilder.Services.AddSingleton(new ChatLimits());
            clientBuilder.Services.AddSingleton(TimeProvider.System);
            clientBuilder.Services.AddGrainCalls();
        }
    }
}
