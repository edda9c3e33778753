using System.Net;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class LimitTests
{
    [Fact]
    public void Address_may_try_six_times_what_an_account_allows()
    {
        using var limits = new RestLimits(new GatewayOptions { Limits = new ChatLimits { SignInAttempts = 2 } });
        IPAddress address = IPAddress.Parse("192.0.2.1");

        int permitted = Enumerable.Range(0, 20).Count(_ => limits.Refuse(AddressLimit.SignIns, address) is null);

        Assert.Equal(12, permitted);
        Assert.True(limits.Refuse(AddressLimit.SignIns, address) > TimeSpan.Zero);
        Assert.Null(limits.Refuse(AddressLimit.SignIns, IPAddress.Parse("192.0.2.2")));
        Assert.Null(limits.Refuse(AddressLimit.Guests, address));
    }

    [Fact]
    public void Person_may_issue_four_seconds_of_commands_at_once()
    {
        using var limits = new RestLimits(new GatewayOptions { Limits = new ChatLimits { CommandsPerSecond = 1 } });

        int permitted = Enumerable.Range(0, 4).Count(_ => limits.Refuse("alice") is null);

        Assert.Equal(4, permitted);
        Assert.Null(limits.Refuse("bob"));
    }

    [Fact]
    public void Limits_that_are_off_refuse_nothing()
    {
        using var limits = new RestLimits(new GatewayOptions { Limits = new ChatLimits().WithoutRates() });

        Assert.All(Enumerable.Range(0, 5000), _ =>
        {
            Assert.Null(limits.Refuse("alice"));
            Assert.Null(limits.Refuse(AddressLimit.SignIns, IPAddress.Loopback));
            Assert.Null(limits.Refuse(AddressLimit.Registrations, IPAddress.Loopback));
            Assert.Null(limits.Refuse(AddressLimit.Guests, IPAddress.Loopback));
        });
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::3", "2001:db8:1:2:ffff::4", true)]
    [InlineData("2001:db8:1:2::3", "2001:db8:1:3::3", false)]
    public void Client_is_an_address_or_the_network_of_one_customer(string one, string other, bool same) =>
        Assert.Equal(same, RestLimits.Network(IPAddress.Parse(one)) == RestLimits.Network(IPAddress.Parse(other)));

    [Fact]
    public async Task Address_that_tries_too_often_is_refused_before_anything_is_read()
    {
        await using RestHost host = await RestHost.StartAsync(new GatewayOptions { Limits = new ChatLimits { SignInAttempts = 1 } });
        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage malformed = await host.SendAsync("POST", "sessions", "{");
            Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        }

        using HttpResponseMessage response = await host.SendAsync("POST", "sessions", "{");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(4290, await response.ProblemAsync());
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }
}
