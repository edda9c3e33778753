using System.Globalization;
using System.Text.Json;
using OrleansChat.Resp.Tests.Support;
using OrleansChat.Testing;
using StackExchange.Redis;

namespace OrleansChat.Resp.Tests;

/// <summary>Stock clients, as they are.</summary>
public sealed class ClientLibraryTests(RespCluster cluster)
{
    [Fact]
    public async Task Redis_cli_sends_and_receives()
    {
        string alice = RespCluster.Name("alice");
        string bob = RespCluster.Name("bob");

        string id = await Programs.RedisCliAsync(cluster.North.Port, "IM.SEND", alice, bob, "text", "from a shell");

        Assert.Equal(
            $"s:{bob} {id} uid {alice} tuid {bob} text from a shell", await Programs.RedisCliAsync(cluster.South.Port, "-3", "IM.RECIVE", bob, "START", "0"));
        Assert.StartsWith("ERR NEED START", await Programs.RedisCliAsync(cluster.South.Port, "IM.RECIVE", bob), StringComparison.Ordinal);
        Assert.Equal("PONG", (await Programs.RunAsync("redis-cli", "PING\n", null, "-p", $"{cluster.North.Port}")).Trim());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("open sesame please")]
    public async Task StackExchange_Redis_connects_sends_and_receives(string? key)
    {
        await using RespNode? locked = key is null ? null : await RespNode.StartAsync(cluster.Redis, "--resp-key", key);
        ConfigurationOptions options = ConfigurationOptions.Parse($"127.0.0.1:{locked?.Port ?? cluster.North.Port}");
        options.Password = key;
        options.ClientName = "stackexchange";
        using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        IDatabase database = multiplexer.GetDatabase();
        string alice = RespCluster.Name("alice");
        string bob = RespCluster.Name("bob");

        RedisResult[] ids = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => database.ExecuteAsync("IM.SEND", alice, bob, "text", i.ToString(CultureInfo.InvariantCulture))));
        var feeds = (RedisResult[])(await database.ExecuteAsync("IM.RECIVE", bob, "START", "0", "COUNT", "1000"))!;
        var feed = (RedisResult[])feeds[0]!;

        Assert.True(multiplexer.IsConnected);
        Assert.Equal(500, ids.Select(id => (string)id!).Distinct().Count());
        Assert.Equal($"s:{bob}", (string)feed[0]!);
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)),
            ((RedisResult[])feed[1]!).Select(item => (string)((RedisResult[])((RedisResult[])item!)[1]!)[^1]!));
        Assert.True((await database.PingAsync()) > TimeSpan.Zero);
        RedisServerException refused = await Assert.ThrowsAsync<RedisServerException>(() => database.ExecuteAsync("IM.RECIVE", bob));
        Assert.Equal("ERR NEED START", refused.Message);
    }

    [Fact]
    public async Task Ioredis_and_node_redis_connect_pipeline_and_wait()
    {
        string folder = await NpmFolder.InstallAsync();

        string output = await Programs.RunAsync(
            "node", null, folder, "clients.mjs", cluster.North.Port.ToString(CultureInfo.InvariantCulture), RespCluster.Name("js"));
        using JsonDocument json = JsonDocument.Parse(output);

        Assert.Equal(
            """{"ping":"PONG","name":"io","ready":"ready","errors":0,"received":["io 1","io 2","io 3"],"woken":"wake up","error":"ERR wrong number of arguments for 'im.send' command"}""",
            json.RootElement.GetProperty("ioredis").GetRawText());
        foreach (string version in (string[])["node-redis 2", "node-redis 3"])
        {
            Assert.Equal(
                """{"ping":"PONG","name":"node","ids":3,"nothing":null,"user":"OK","fields":["name","Alice"]}""",
                json.RootElement.GetProperty(version).GetRawText());
        }
    }
}
