using System.Globalization;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Clients that do not read cost bounded memory, delay nobody, and lose nothing (invariant I7).</summary>
public sealed class SlowClientTests(UnlimitedServer server) : IClassFixture<UnlimitedServer>
{
    private const int SlowClients = 10;
    private const int Round = 100;
    private const int Rounds = 15;

    // Far more than a session's queue (1 MiB) and the kernel's buffers together hold.
    private static readonly string Text = new('x', 8000);

    [Fact]
    public async Task Clients_that_do_not_read_are_closed_with_3001_delay_nobody_and_resume_completely()
    {
        string[] slowNames = [.. Enumerable.Range(0, SlowClients).Select(i => $"slow{i}")];
        string[] tokens = await Task.WhenAll(slowNames.Select(server.TokenAsync));
        await using HostileClient fast = await server.JoinAsync("fast");
        await using HostileClient talker = await server.JoinAsync("talker");
        await talker.OkAsync($$"""{"do":"group.create","group":"crowd","join":"open","members":["fast",{{string.Join(',', slowNames.Select(name => $"\"{name}\""))}}]}""");

        // What the server needs for the traffic itself is not counted.
        await TalkAsync(talker, fast, rounds: 3);
        long before = ResidentBytes();
        HostileClient[] slow = await Task.WhenAll(tokens.Select(token => HostileClient.OpenAsync(server.Url, token, receiveBuffer: 8192)));
        foreach (HostileClient client in slow)
        {
            await client.SendAsync("""{"id":1,"do":"sync","positions":{}}""");
        }

        await Eventually.TrueAsync(async () => (await talker.OkAsync("""{"do":"who","limit":50}""")).GetProperty("items").GetArrayLength() >= SlowClients + 2);
        long last = await TalkAsync(talker, fast, Rounds);
        long after = ResidentBytes();

        // The queues share the events: each holds at most 1 MiB of them, and a little beside.
        Assert.InRange(after - before, long.MinValue, (SlowClients * 2L << 20) + (64L << 20));
        foreach (HostileClient client in slow)
        {
            Assert.Equal(3001, await client.ClosedAsync());
            Assert.Equal(3001, Events(client, "bye").Single().GetProperty("code").GetInt32());
        }

        for (int i = 0; i < SlowClients; i++)
        {
            await AssertResumesAsync(slow[i], tokens[i], last);
            await slow[i].DisposeAsync();
        }

        server.AssertNoFault();
    }

    [Fact]
    public async Task Client_that_never_reads_again_is_cut_off()
    {
        await using HostileClient talker = await server.JoinAsync("speaker");
        await using HostileClient fast = await server.JoinAsync("listener");
        string token = await server.TokenAsync("statue");
        await using HostileClient statue = await HostileClient.OpenAsync(server.Url, token, receiveBuffer: 8192);
        await statue.SendAsync("""{"id":1,"do":"sync","positions":{}}""");
        await talker.OkAsync("""{"do":"group.create","group":"hall","join":"open","members":["listener","statue"]}""");

        for (int i = 0; i < 1200; i++)
        {
            await talker.SendAsync($$"""{"do":"send","conversation":"group:hall","text":"{{Text}}"}""");
            if (i % Round == Round - 1)
            {
                await talker.OkAsync("""{"do":"ping"}""");
            }
        }

        await Eventually.ValueAsync(
            () => talker.OkAsync("""{"do":"user","name":"statue"}"""), user => user.GetProperty("state").GetString() == "offline", what: "the statue is offline");
    }

    // Round after round: all members who read have everything before the next begins.
    private static async Task<long> TalkAsync(HostileClient talker, HostileClient fast, int rounds)
    {
        long last = 0;
        for (int round = 0; round < rounds; round++)
        {
            int begun = talker.Received.Count;
            for (int i = 0; i < Round; i++)
            {
                await talker.SendAsync($$"""{"id":{{i}},"do":"send","conversation":"group:crowd","text":"{{Text}}","echo":false}""");
            }

            JsonElement[] acks = [];
            await Eventually.TrueAsync(() => (acks = [.. talker.Received.Skip(begun).Where(item => item.TryGetProperty("re", out _))]).Length == Round);
            last = acks.Max(ack => ack.GetProperty("ok").GetProperty("seq").GetInt64());
            await Eventually.TrueAsync(() => Seqs(fast).LastOrDefault() == last, what: $"everything up to {last} at a member who reads");
        }

        Assert.Equal(Numbers(Seqs(fast)[0], last), Seqs(fast));
        return last;
    }

    private async Task AssertResumesAsync(HostileClient slow, string token, long last)
    {
        JsonElement crowd = slow.Received.First(item => item.TryGetProperty("re", out _)).GetProperty("ok").GetProperty("conversations")
            .EnumerateArray().Single(one => one.GetProperty("conversation").GetString() == "group:crowd");
        long position = Seqs(slow).Append(crowd.GetProperty("last").GetInt64()).Max();
        Assert.InRange(last - position, 1, Round * Rounds);
        Assert.Equal(Numbers(crowd.GetProperty("last").GetInt64() + 1, position), Seqs(slow));

        await using HostileClient again = (await HostileClient.OpenAsync(server.Url, token)).Read();
        JsonElement synced = await again.OkAsync(
            "{\"do\":\"sync\",\"positions\":{\"group:crowd\":"
            + JsonSerializer.Serialize(new { epoch = crowd.GetProperty("epoch").GetString(), seq = position }) + "}}");
        Assert.True(synced.GetProperty("recovered").GetProperty("group:crowd").GetBoolean());
        await Eventually.TrueAsync(() => Seqs(again).LastOrDefault() == last);
        Assert.Equal(Numbers(position + 1, last), Seqs(again));
    }

    private static IEnumerable<JsonElement> Events(HostileClient client, string name) =>
        client.Received.Where(item => item.TryGetProperty("ev", out JsonElement ev) && ev.GetString() == name);

    private static List<long> Seqs(HostileClient client) =>
        [.. Events(client, "message").Select(item => item.GetProperty("message")).Where(message => message.GetProperty("conversation").GetString() == "group:crowd")
            .Select(message => message.GetProperty("seq").GetInt64())];

    private static IEnumerable<long> Numbers(long from, long to)
    {
        for (long n = from; n <= to; n++)
        {
            yield return n;
        }
    }

    private long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{server.Process.Pid}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
