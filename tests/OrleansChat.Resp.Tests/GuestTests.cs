using System.Text;
using OrleansChat.Resp.Tests.Support;

namespace OrleansChat.Resp.Tests;

/// <summary>Guests, whom back ends name like anybody else.</summary>
public sealed class GuestTests(RespCluster cluster)
{
    [Fact]
    public async Task A_back_end_reaches_the_guest_who_holds_the_name_now()
    {
        await using RespSocket door = await cluster.North.ConnectAsync();
        using var http = new HttpClient { BaseAddress = cluster.North.Server.Url };
        string guest = RespCluster.Name("guest");
        string alice = RespCluster.Name("alice");
        using StringContent body = new($$"""{"name":"{{guest}}"}""", Encoding.UTF8, "application/json");
        (await http.PostAsync("/api/v1/guests", body)).EnsureSuccessStatusCode();

        Assert.Matches(@"^\d+-1$", await door.CallAsync("IM.SEND", alice, guest, "text", "hello"));
        Assert.Matches(@"^\d+-2$", await door.CallAsync("IM.SEND", guest, alice, "text", "hi"));
        Assert.Equal("OK", await door.CallAsync("IM.USER", guest, "color", "red"));

        Assert.Equal("[color, red]", await door.CallAsync("IM.USER", guest));
        Assert.Equal(["hello", "hi"], (await door.ReceiveAsync(guest, "START", "0")).Select(message => message["text"]));
        Assert.Equal("-NOSUCHUSER There is no user of this name.", await door.CallAsync("IM.USER", guest, "password", "correct horse"));
    }
}
