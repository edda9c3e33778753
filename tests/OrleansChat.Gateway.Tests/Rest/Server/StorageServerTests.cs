using System.Net;
using OrleansChat.Gateway.Tests.Rest.Support;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Rest.Server;

public sealed class StorageServerTests
{
    [Fact]
    public async Task Storage_that_stands_still_is_unavailable_until_it_goes_on()
    {
        await using RestServer server = new();
        await server.InitializeAsync();
        RestUser ann = await server.UserAsync("ann");
        await server.UserAsync("bob");
        server.Redis.Server.Pause();

        using HttpResponseMessage refused = await ann.SendAsync("POST", "conversations/dm:ann:bob/messages", """{"text":"hi"}""", "key").WithinAsync();
        server.Redis.Server.Resume();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(5030, await refused.ProblemAsync());
        Assert.NotNull(refused.Headers.RetryAfter);
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage sent = await ann.SendAsync("POST", "conversations/dm:ann:bob/messages", """{"text":"hi"}""", "key");
            return sent.IsSuccessStatusCode;
        });
        Assert.Equal(["hi"], await ann.TextsAsync("dm:ann:bob"));
    }
}
