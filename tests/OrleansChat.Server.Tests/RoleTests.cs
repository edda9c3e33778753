using System.Net;
using Microsoft.AspNetCore.Builder;
using OrleansChat.Server.Doors;
using OrleansChat.Server.Options;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class RoleTests
{
    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void Roles_apart_are_refused_by_an_engine_whose_nodes_share_only_Redis(string role)
    {
        if (ChatEngine.Roles.Count > 1)
        {
            Assert.Skip("This engine has them.");
        }

        Assert.Equal(
            [$"--role {role} needs the Orleans engine, and this is the Embedded one, whose nodes host grains and doors together: give all"],
            OptionsOf.Errors($"--role {role}"));
    }

    [Fact]
    public void A_silo_refuses_doors_and_opens_none_by_itself()
    {
        Assert.Contains("--line 127.0.0.1:23: a silo opens no door: take it away, or give --role all", OptionsOf.Errors("--role silo --line 127.0.0.1:23"));
        if (!ChatEngine.Roles.Contains(ServerRole.Silo))
        {
            return;
        }

        ServerOptions silo = OptionsOf.Read("--role silo");
        Assert.Equal((null, null), (silo.Line, silo.Resp));
    }

    [Fact]
    public async Task A_silo_answers_health_checks_and_scrapes_and_opens_no_door()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        ServerOptions options = OptionsOf.Read("--http 127.0.0.1:0 --line off --resp off --log-level warning") with { Role = ServerRole.Silo };
        await using WebApplication silo = ServerApplication.Build(options, redis.Address);
        await silo.StartAsync().WithinAsync(what: "the start of the silo");
        using HttpClient http = new() { BaseAddress = new Uri(DoorAddresses.Of(silo, options).Http) };

        foreach ((string path, HttpStatusCode status) in new[]
        {
            ("/health/live", HttpStatusCode.OK),
            ("/health/ready", HttpStatusCode.OK),
            ("/metrics", HttpStatusCode.OK),
            ("/", HttpStatusCode.NotFound),
            ("/ws", HttpStatusCode.NotFound),
            ("/hub/negotiate", HttpStatusCode.NotFound),
            ("/socket.io/?EIO=4&transport=polling", HttpStatusCode.NotFound),
            ("/api/v1/users", HttpStatusCode.NotFound),
        })
        {
            using HttpResponseMessage answer = await http.GetAsync(path).WithinAsync();
            Assert.Equal((path, status), (path, answer.StatusCode));
        }

        await silo.StopAsync().WithinAsync(what: "the end of the silo");
    }
}
