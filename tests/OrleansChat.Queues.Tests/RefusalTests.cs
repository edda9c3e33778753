using System.Net;
using OrleansChat.Queues.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests;

/// <summary>Who and what is refused: problem documents (RFC 9457).</summary>
public sealed class RefusalTests(QueuesFixture nodes)
{
    public static TheoryData<string, string> Requests => new()
    {
        { "POST", "/q/{0}" }, { "GET", "/q/{0}" }, { "GET", "/q/{0}?soft=true" }, { "GET", "/q/{0}?ack=true" }, { "DELETE", "/q/{0}" },
        { "DELETE", "/q/{0}/2" }, { "GET", "/p/{0}" }, { "POST", "/p/{0}?policy=broadcast" }, { "GET", "/c/{0}" },
        { "POST", "/control/{0}?status=stop" }, { "GET", "/stats/{0}" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_stranger_is_403(string method, string path)
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser stranger = await nodes.UserAsync();
        string queue = nodes.Name("strange");
        await owner.PutAsync(queue, "secret");

        (await SendAsync(stranger, method, path, queue)).ExpectProblem(HttpStatusCode.Forbidden, "not_member");

        Assert.Equal(1, await owner.DepthAsync(queue));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Without_a_token_it_is_401(string method, string path)
    {
        using var http = new HttpClient { BaseAddress = nodes.North.Url };

        Answer answer = await Answer.OfAsync(http, new HttpMethod(method), Path(path, "any"), Body(method));

        answer.ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        (await Answer.OfAsync(http, HttpMethod.Get, "/q")).ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task An_unknown_queue_is_404_until_the_first_post(string method, string path)
    {
        using QueueUser user = await nodes.UserAsync();

        Answer answer = await SendAsync(user, method, path, nodes.Name("unknown"));

        if (method == "POST" && path.StartsWith("/q/", StringComparison.Ordinal))
        {
            answer.Expect(HttpStatusCode.Created);
        }
        else
        {
            answer.ExpectProblem(HttpStatusCode.NotFound, "no_such_conversation");
        }
    }

    [Theory]
    [InlineData("PUT", "/q/{0}", 405, "GET, POST, DELETE")]
    [InlineData("POST", "/q", 405, "GET")]
    [InlineData("GET", "/q/{0}/2", 405, "DELETE")]
    [InlineData("DELETE", "/p/{0}", 405, "GET, POST")]
    [InlineData("POST", "/c/{0}", 405, "GET")]
    [InlineData("GET", "/control/{0}", 405, "POST")]
    [InlineData("POST", "/stats/{0}", 405, "GET")]
    [InlineData("GET", "/q/{0}/2/3", 404, null)]
    [InlineData("GET", "/p", 404, null)]
    [InlineData("GET", "/c", 404, null)]
    [InlineData("GET", "/stats/{0}/x", 404, null)]
    [InlineData("GET", "/ws/q", 404, null)]
    [InlineData("GET", "/ws/q/{0}", 400, null)]
    [InlineData("GET", "/q/-", 400, null)]
    [InlineData("GET", "/q/{0}?soft=perhaps", 400, null)]
    [InlineData("GET", "/q/{0}?soft=true&ack=true", 400, null)]
    [InlineData("DELETE", "/q/{0}/x", 400, null)]
    [InlineData("POST", "/p/{0}?policy=random", 400, null)]
    [InlineData("POST", "/p/{0}", 400, null)]
    [InlineData("POST", "/control/{0}?status=pause", 400, null)]
    public async Task What_makes_no_sense_is_answered_with_a_problem(string method, string path, int status, string? allow)
    {
        using QueueUser user = await nodes.UserAsync();
        string queue = nodes.Name("problem");
        await user.PutAsync(queue, "x");

        Answer answer = await user.SendAsync(new HttpMethod(method), Path(path, queue));

        answer.ExpectProblem((HttpStatusCode)status, "bad_request");
        Assert.Equal(allow, answer.Allow);
    }

    [Fact]
    public async Task Policy_and_pause_are_for_owner_and_admins()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser member = await nodes.UserAsync();
        string queue = nodes.Name("rights");
        await owner.PutAsync(queue, "x");
        await owner.InviteAsync(queue, member);

        (await member.PostFormAsync($"/p/{queue}", "policy", "broadcast")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        (await member.PostFormAsync($"/control/{queue}", "status", "stop")).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        Assert.NotNull(await member.TakeAsync(queue));
    }

    [Fact]
    public async Task Pages_of_other_origins_may_not_consume()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("origin");
        await owner.PutAsync(queue, "x");

        (await owner.SendAsync(HttpMethod.Get, $"/c/{queue}", null, ("Origin", "https://evil.example"))).ExpectProblem(HttpStatusCode.Forbidden, "forbidden");
        HandshakeRefusedException refused = await Assert.ThrowsAsync<HandshakeRefusedException>(
            () => owner.SocketAsync(queue, options => options.SetRequestHeader("Origin", "https://evil.example")));
        Assert.Equal(403, refused.Status);
        using ItemSocket own = await owner.SocketAsync(queue, options => options.SetRequestHeader("Origin", owner.Node.Url.ToString().TrimEnd('/')));
        Assert.Equal("x", (await own.NextAsync()).Value);
    }

    [Fact]
    public async Task A_query_s_token_counts_for_streams_only()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("query");
        await owner.PutAsync(queue, "x");
        using var http = new HttpClient { BaseAddress = nodes.North.Url };

        (await Answer.OfAsync(http, HttpMethod.Get, $"/q/{queue}?token={owner.Token}")).Expect(HttpStatusCode.Unauthorized);
        using ItemStream stream = await ItemStream.OpenAsync(http, $"/c/{queue}?token={owner.Token}", "*/*");
        Assert.Equal("x", (await stream.NextAsync()).Value);
    }

    [Fact]
    public async Task A_revoked_token_ends_streams_on_every_node()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser elsewhere = owner.At(nodes.South);
        string queue = nodes.Name("revoked");
        await owner.PutAsync(queue, "x");
        await owner.TakeAsync(queue);
        using ItemStream stream = await elsewhere.StreamAsync(queue);
        using ItemSocket socket = await elsewhere.SocketAsync(queue);
        await owner.ConsumersAsync(queue, 2);

        (await owner.DeleteAsync("/api/v1/sessions/current")).ExpectSuccess();

        Assert.Null(await stream.LineAsync());
        Assert.Null(await socket.FrameAsync());
        Assert.Equal((3500, "bad token"), ((int)socket.CloseStatus!, socket.CloseText));
    }

    [Fact]
    public async Task Who_is_removed_from_the_group_consumes_no_more()
    {
        using QueueUser owner = await nodes.UserAsync();
        using QueueUser member = await nodes.UserAsync();
        using QueueUser elsewhere = member.At(nodes.South);
        string queue = nodes.Name("kicked");
        await owner.PutAsync(queue, "x");
        await owner.TakeAsync(queue);
        await owner.InviteAsync(queue, member);
        using ItemStream stream = await elsewhere.StreamAsync(queue);
        using ItemSocket socket = await elsewhere.SocketAsync(queue);
        await owner.ConsumersAsync(queue, 2);

        (await owner.DeleteAsync($"/api/v1/groups/{queue}/members/{member.Name}")).ExpectSuccess();
        await owner.PutAsync(queue, "secret");

        Assert.Null(await stream.LineAsync());
        Assert.Null(await socket.FrameAsync());
        Assert.Equal((4030, "not_member"), ((int)socket.CloseStatus!, socket.CloseText));
        Assert.Equal("secret", (await Eventually.ValueAsync(() => owner.TakeAsync(queue), item => item is not null))!.Value);
    }

    [Fact]
    public async Task Consumers_count_as_sessions_of_their_user()
    {
        using QueueUser owner = await nodes.UserAsync();
        string queue = nodes.Name("sessions");
        await owner.PutAsync(queue, "x");
        await owner.TakeAsync(queue);
        ItemStream[] streams = await owner.StreamsAsync(queue, [.. Enumerable.Repeat(owner, new ChatLimits().SessionsPerUser)]);

        (await owner.GetAsync($"/c/{queue}")).ExpectProblem(HttpStatusCode.TooManyRequests, "rate_limited");

        Array.ForEach(streams, stream => stream.Dispose());

        // A session ends a little after its consumer has left.
        await Eventually.TrueAsync(async () => await OpensAsync(owner, queue));
    }

    private static async Task<bool> OpensAsync(QueueUser user, string queue)
    {
        try
        {
            (await user.StreamAsync(queue)).Dispose();
            return true;
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return false;
        }
    }

    private static Task<Answer> SendAsync(QueueUser user, string method, string path, string queue) =>
        user.SendAsync(new HttpMethod(method), Path(path, queue), Body(method));

    private static FormUrlEncodedContent? Body(string method) => method == "POST" ? new FormUrlEncodedContent([new("value", "x")]) : null;

    private static string Path(string path, string queue) => path.Replace("{0}", queue, StringComparison.Ordinal);
}
