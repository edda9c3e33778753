using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansChat.Gateway.FrontEnds;

namespace OrleansChat.Gateway.Tests.Sessions;

public sealed class DrainGateTests
{
    [Theory]
    [InlineData("/ws", true, 503)]
    [InlineData("/hub", true, 503)]
    [InlineData("/ws/q/jobs", true, 503)]
    [InlineData("/hub/negotiate", false, 503)]
    [InlineData("/socket.io/?EIO=4&transport=polling", false, 503)]
    [InlineData("/socket.io/?EIO=4&transport=polling&sid=known", false, 200)]
    [InlineData("/hub?id=known", false, 200)]
    [InlineData("/api/v1/conversations", false, 200)]
    [InlineData("/health/ready", false, 200)]
    public async Task A_node_that_shuts_down_finishes_what_it_began_and_begins_no_session(string address, bool webSocket, int status)
    {
        Assert.Equal(status, await StatusAsync(isDraining: true, address, webSocket));
        Assert.Equal(200, await StatusAsync(isDraining: false, address, webSocket));
    }

    private static async Task<int> StatusAsync(bool isDraining, string address, bool webSocket)
    {
        var http = new DefaultHttpContext();
        string[] parts = address.Split('?');
        http.Request.Path = parts[0];
        http.Request.QueryString = new QueryString(parts.Length > 1 ? "?" + parts[1] : null);
        http.Features.Set<IHttpWebSocketFeature>(new Handshake(webSocket));
        await new DrainGate(() => isDraining).PassAsync(http, _ => Task.CompletedTask);
        return http.Response.StatusCode;
    }

    private sealed class Handshake(bool asked) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => asked;

        public Task<System.Net.WebSockets.WebSocket> AcceptAsync(WebSocketAcceptContext context) => throw new NotSupportedException();
    }
}
