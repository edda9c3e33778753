using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class BodyTests
{
    private const int Frame = 1024;

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{'status':'x'}")]
    [InlineData("{\"status\":\"x\",}")]
    [InlineData("{\"status\":/* */\"x\"}")]
    [InlineData("{\"status\":\"x\",\"status\":\"y\"}")]
    [InlineData("{\"status\":NaN}")]
    [InlineData("{\"status\":\"a\nb\"}")]
    [InlineData("{\"\\ud800\":1,\"status\":\"x\"}")]
    [InlineData("\uFEFF{\"status\":\"x\"}")]
    public async Task Malformed_body_is_refused(string body)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("PATCH", "me", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(4000, await response.ProblemAsync());
        Assert.Empty(host.Commands);
    }

    [Fact]
    public async Task Body_that_is_not_utf8_is_refused()
    {
        await using RestHost host = await RestHost.StartAsync();
        byte[] body = [.. "{\"status\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        using HttpResponseMessage response = await host.SendAsync("PATCH", "me", Json(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(4000, await response.ProblemAsync());
    }

    [Theory]
    [InlineData(32, HttpStatusCode.OK)]
    [InlineData(33, HttpStatusCode.BadRequest)]
    public async Task Body_is_32_deep_at_most(int depth, HttpStatusCode status)
    {
        await using RestHost host = await RestHost.StartAsync();
        string body = $"{{\"status\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";

        using HttpResponseMessage response = await host.SendAsync("PATCH", "me", body);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, host.Commands.Count);
    }

    [Theory]
    [InlineData(Frame, false, HttpStatusCode.OK)]
    [InlineData(Frame, true, HttpStatusCode.OK)]
    [InlineData(Frame + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(Frame + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(1 << 20, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_is_as_large_as_a_frame_at_most(int bytes, bool chunked, HttpStatusCode status)
    {
        await using RestHost host = await RestHost.StartAsync(new GatewayOptions { Limits = new ChatLimits { Frame = Frame } });
        string json = $"{{\"status\":\"{new string('x', bytes - 13)}\"}}";

        using HttpResponseMessage response = await host.SendAsync(
            "PATCH", "me", Json(Encoding.UTF8.GetBytes(json)), request => request.Headers.TransferEncodingChunked = chunked);

        Assert.Equal(status, response.StatusCode);
        if (status != HttpStatusCode.OK)
        {
            Assert.Equal(4001, await response.ProblemAsync());
            Assert.Empty(host.Commands);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Body_of_another_media_type_is_refused(string? mediaType)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("PATCH", "me", Json("{}"u8.ToArray(), mediaType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(4000, await response.ProblemAsync());
        Assert.Empty(host.Commands);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    public async Task Body_of_json_in_utf8_is_read(string mediaType)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("PATCH", "me", Json("{\"status\":\"ü\"}"u8.ToArray(), mediaType));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ü", Assert.Single(host.Commands).Arguments.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("me", "application/json", true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("me", "text/plain", true, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("me", "application/json", false, HttpStatusCode.Unauthorized)]
    public async Task Large_body_does_not_take_the_answer_along(string path, string mediaType, bool signedIn, HttpStatusCode status)
    {
        await using RestHost host = await RestHost.StartAsync(new GatewayOptions { Limits = new ChatLimits { Frame = Frame } });
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await host.SendAsync(
                "PATCH", path, Json(new byte[1 << 20], mediaType), request => request.Headers.Authorization = signedIn ? request.Headers.Authorization : null);

            Assert.Equal(status, response.StatusCode);
        }
    }

    private static ByteArrayContent Json(byte[] body, string? mediaType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }
}
