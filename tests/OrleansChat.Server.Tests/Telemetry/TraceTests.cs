using System.Diagnostics;
using System.Net;
using System.Text;
using OrleansChat.Client;
using OrleansChat.Conversations;
using OrleansChat.Telemetry;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Telemetry;

/// <summary>The traces of whole nodes.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task One_trace_leads_from_a_send_on_one_node_to_the_recipients_socket_on_another()
    {
        using var recorder = new SpanRecorder();
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using LocalNode north = await LocalNode.StartAsync(redis, "--node north --trace-ratio 1");
        await using LocalNode south = await LocalNode.StartAsync(redis, "--node south --trace-ratio 1");
        await using ChatClient alice = await north.ConnectAsync("alice");
        await using ChatClient bob = await south.ConnectAsync("bob");

        // The first message opens the conversation and is read from the log there; those after it are announced.
        IGrouping<ActivityTraceId, Activity>? trace = null;
        await Eventually.TrueAsync(async () =>
        {
            await alice.SendAsync("bob", "Hello over there").WithinAsync();
            trace = recorder.Traces.FirstOrDefault(spans => Find(spans, "chat.deliver") is { } there && Below(spans, there).Any());
            return trace is not null;
        });

        Activity send = Find(trace!, "chat.send")!;
        Activity append = Find(trace!, "chat.append")!;
        Activity deliver = Find(trace!, "chat.deliver")!;
        Assert.Equal(default, send.ParentSpanId);
        Assert.Equal(send.SpanId, append.ParentSpanId);
        Assert.Equal(append.SpanId, deliver.ParentSpanId);
        Assert.All(Below(trace!, deliver), write => Assert.Equal("chat.write", write.OperationName));
        Assert.True(append.StartTimeUtc >= send.StartTimeUtc && deliver.StartTimeUtc >= append.StartTimeUtc);
        string everything = string.Join('\n', trace!.SelectMany(span => span.TagObjects).Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.All(new[] { "alice", "bob", "Hello" }, secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_belongs_to_its_first_traced_send_and_names_the_others()
    {
        using var recorder = new SpanRecorder();
        string?[] carried = [null, Carried(), Carried(), "no traceparent", Carried()];

        using Activity? append = ChatTraces.BeginAppend([.. carried.Select((trace, i) => new SendRequest(new Actor("alice", string.Empty, "node"), $"c{i}", 1, default, null, trace))]);

        Assert.Equal(carried[1], append!.ParentId);
        Assert.Equal([carried[2], carried[4]], append.Links.Select(link => $"00-{link.Context.TraceId}-{link.Context.SpanId}-01"));
        Assert.Null(ChatTraces.BeginSend(0));

        static string Carried()
        {
            using Activity? send = ChatTraces.BeginSend(1);
            return ChatTraces.Carried(send)!;
        }
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public async Task A_collector_gets_the_traces_of_the_given_share_of_sends(string ratio, bool traced)
    {
        int port = FreePort.Next();
        using var collector = new HttpListener();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        Task<Dictionary<string, string>> exported = CollectAsync(collector);
        await using (ServerProcess server = await ServerProcess.StartAsync("--otlp", $"http://127.0.0.1:{port}", "--trace-ratio", ratio))
        {
            await using (NativeClient alice = await NativeClient.ConnectAsync(server, "alice"))
            await using (NativeClient bob = await NativeClient.ConnectAsync(server, "bob"))
            {
                await alice.CallAsync("""{"do":"send","to":"bob","clientId":"1","text":"hi"}""");
            }

            await server.StopAsync();
        }

        // Both are sent at the end at the latest.
        collector.Stop();
        Dictionary<string, string> bodies = await exported.WithinAsync(what: "the end of the exports");
        Assert.Contains("chat.redis.duration", bodies["/v1/metrics"], StringComparison.Ordinal);
        Assert.Equal(traced, bodies.TryGetValue("/v1/traces", out string? spans) && spans.Contains("chat.append", StringComparison.Ordinal));
    }

    private static Activity? Find(IEnumerable<Activity> spans, string name) => spans.FirstOrDefault(span => span.OperationName == name);

    private static IEnumerable<Activity> Below(IEnumerable<Activity> spans, Activity parent) => spans.Where(span => span.ParentSpanId == parent.SpanId);

    private static async Task<Dictionary<string, string>> CollectAsync(HttpListener collector)
    {
        var bodies = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            HttpListenerContext export;
            try
            {
                export = await collector.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return bodies;
            }

            using var body = new MemoryStream();
            await export.Request.InputStream.CopyToAsync(body);
            export.Response.Close();
            string path = export.Request.Url!.AbsolutePath;
            bodies[path] = bodies.GetValueOrDefault(path) + Encoding.Latin1.GetString(body.ToArray());
        }
    }
}
