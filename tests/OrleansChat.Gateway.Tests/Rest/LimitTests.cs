using System.Net;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class LimitTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task Address_may_try_six_times_what_an_account_allows_and_no_more_of_it_reaches_storage()
    {
        var attempts = new MemoryAttempts();
        using RestLimits limits = Open(attempts, 2);

        int permitted = await PermittedAsync(20, async () => await limits.RefuseAsync(AddressLimit.SignIns, Address) is null);

        Assert.Equal((12, 12), (permitted, attempts.TakenFrom("192.0.2.1")));
        Assert.True(await limits.RefuseAsync(AddressLimit.SignIns, Address) > TimeSpan.Zero);
        Assert.Null(await limits.RefuseAsync(AddressLimit.SignIns, IPAddress.Parse("192.0.2.2")));
        Assert.Null(await limits.RefuseAsync(AddressLimit.Guests, Address));
    }

    [Fact]
    public async Task Address_that_goes_from_node_to_node_has_no_more_attempts()
    {
        var attempts = new MemoryAttempts(perAddress: 12);
        using RestLimits one = Open(attempts, 2);
        using RestLimits other = Open(attempts, 2);

        int permitted = await PermittedAsync(10, async () => await one.RefuseAsync(AddressLimit.SignIns, Address) is null)
            + await PermittedAsync(10, async () => await other.RefuseAsync(AddressLimit.SignIns, Address) is null);

        Assert.Equal(12, permitted);
        Assert.Equal(TimeSpan.FromSeconds(30), await other.RefuseAsync(AddressLimit.SignIns, Address));
        Assert.Null(await other.RefuseAsync(AddressLimit.Registrations, Address));
    }

    [Fact]
    public async Task Wrong_keys_are_counted_with_sign_ins_and_beyond_the_number_the_right_one_is_refused_too()
    {
        var attempts = new MemoryAttempts(perAddress: 6);
        using RestLimits one = Open(attempts, 1);
        using RestLimits other = Open(attempts, 1);

        Assert.Equal(50, await PermittedAsync(50, async () => await one.PermitsKeyAsync(Address, right: true)));
        Assert.Equal(3, await PermittedAsync(3, async () => await one.PermitsKeyAsync(Address, right: false)));
        Assert.Equal(3, await PermittedAsync(5, async () => await other.RefuseAsync(AddressLimit.SignIns, Address) is null));

        Assert.False(await one.PermitsKeyAsync(Address, right: false));
        Assert.False(await other.PermitsKeyAsync(Address, right: true));
        Assert.True(await other.PermitsKeyAsync(IPAddress.Parse("192.0.2.2"), right: true));
    }

    [Fact]
    public async Task While_storage_is_away_a_node_counts_keys_by_itself()
    {
        using RestLimits limits = Open(new MemoryAttempts { IsAway = true }, 1);

        Assert.True(await limits.PermitsKeyAsync(Address, right: true));
        Assert.Equal(6, await PermittedAsync(20, async () => await limits.PermitsKeyAsync(Address, right: false)));
        Assert.False(await limits.PermitsKeyAsync(Address, right: true));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await limits.RefuseAsync(AddressLimit.SignIns, IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void Person_may_issue_four_seconds_of_commands_at_once()
    {
        using var limits = new RestLimits(new MemoryAttempts(), new GatewayOptions { Limits = new ChatLimits { CommandsPerSecond = 1 } });

        int permitted = Enumerable.Range(0, 4).Count(_ => limits.Refuse("alice") is null);

        Assert.Equal(4, permitted);
        Assert.Null(limits.Refuse("bob"));
    }

    [Fact]
    public async Task What_one_limit_has_counted_counts_for_no_other()
    {
        string name = RestLimits.Network(Address);
        using var limits = new RestLimits(
            new MemoryAttempts(), new GatewayOptions { Limits = new ChatLimits { SignInAttempts = 1, CommandsPerSecond = 1 } });

        await PermittedAsync(20, async () => await limits.RefuseAsync(AddressLimit.SignIns, Address) is null);
        while (limits.Refuse(name) is null)
        {
        }

        Assert.NotNull(await limits.RefuseAsync(AddressLimit.SignIns, Address));
        Assert.Null(await limits.RefuseAsync(AddressLimit.Registrations, Address));
        Assert.Null(await limits.RefuseAsync(AddressLimit.Guests, Address));
        Assert.Null(limits.Refuse("alice"));
    }

    [Fact]
    public async Task Limits_that_are_off_refuse_nothing()
    {
        using var limits = new RestLimits(new MemoryAttempts(), new GatewayOptions { Limits = new ChatLimits().WithoutRates() });

        for (int i = 0; i < 5000; i++)
        {
            Assert.Null(limits.Refuse("alice"));
            Assert.Null(await limits.RefuseAsync(AddressLimit.SignIns, IPAddress.Loopback));
            Assert.Null(await limits.RefuseAsync(AddressLimit.Registrations, IPAddress.Loopback));
            Assert.Null(await limits.RefuseAsync(AddressLimit.Guests, IPAddress.Loopback));
            Assert.True(await limits.PermitsKeyAsync(IPAddress.Loopback, right: false));
        }
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

    private static RestLimits Open(MemoryAttempts attempts, int perAccount) =>
        new(attempts, new GatewayOptions { Limits = new ChatLimits { SignInAttempts = perAccount } });

    private static async Task<int> PermittedAsync(int attempts, Func<Task<bool>> attempt)
    {
        int permitted = 0;
        for (int i = 0; i < attempts; i++)
        {
            permitted += await attempt() ? 1 : 0;
        }

        return permitted;
    }
}
