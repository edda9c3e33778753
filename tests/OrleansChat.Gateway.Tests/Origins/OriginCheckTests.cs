using Microsoft.AspNetCore.Http;
using OrleansChat.Gateway.FrontEnds;

namespace OrleansChat.Gateway.Tests.Origins;

public sealed class OriginCheckTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("http://chat.example.org:8080", true)]
    [InlineData("HTTP://Chat.Example.org:8080", true)]
    [InlineData("https://other.example.org", true)]
    [InlineData("https://chat.example.org:8080", false)]
    [InlineData("http://chat.example.org", false)]
    [InlineData("http://chat.example.org:8081", false)]
    [InlineData("http://chat.example.org:8080.evil.org", false)]
    [InlineData("http://evil.org", false)]
    [InlineData("https://other.example.org.evil.org", false)]
    [InlineData("https://sub.other.example.org", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    public void Own_and_named_origins_may_connect_and_programs_without_one(string? origin, bool permitted)
    {
        var check = new OriginCheck(new GatewayOptions { Origins = ["https://other.example.org"] });
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("chat.example.org", 8080);
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        Assert.Equal(permitted, check.Permits(context.Request));
    }

    [Fact]
    public void Two_origins_in_one_request_are_refused()
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("chat.example.org");
        context.Request.Headers.Origin = new[] { "http://chat.example.org", "http://evil.org" };

        Assert.False(new OriginCheck(new GatewayOptions()).Permits(context.Request));
    }
}
