using System.Net;
using Microsoft.Extensions.Logging;
using OrleansChat.Redis;
using OrleansChat.Server.Options;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Nothing_given_means_the_defaults_of_the_design()
    {
        ServerOptions options = OptionsOf.Read();

        Assert.Equal(new ListenAddress(IPAddress.Loopback, 8080), options.Http);
        Assert.Equal(new ListenAddress(IPAddress.Loopback, 8023) { IsDefault = true }, options.Line);
        Assert.Equal(new ListenAddress(IPAddress.Loopback, 8379) { IsDefault = true }, options.Resp);
        Assert.Null(options.RespKey);
        Assert.Null(options.Redis);
        Assert.Equal("./data", options.Data);
        Assert.Equal(ServerRole.All, options.Role);
        Assert.True(options.Guests);
        Assert.Empty(options.Origins);
        Assert.Empty(options.Peers);
        Assert.Null(options.Admin);
        Assert.Equal(new ChatLimits(), options.Limits);
        Assert.Equal(LogFormat.Text, options.LogFormat);
        Assert.Equal(LogLevel.Information, options.LogLevel);
    }

    [Fact]
    public void Every_option_reaches_its_place()
    {
        ServerOptions options = OptionsOf.Read(
            "--http *:80 --line 127.0.0.1:8023 --resp [::1]:8379 --redis db:6379,password=a=b --data /tmp/x --node north-1 --guests true "
            + "--admin Alice --origins https://a.example,http://localhost:5173/ --peers http://a:8080,http://b:8080 --log-format JSON --log-level Debug");

        Assert.Equal(80, options.Http.Port);
        Assert.False(options.Http.IsLoopback);
        Assert.Equal("127.0.0.1:8023", options.Line?.ToString());
        Assert.Equal("[::1]:8379", options.Resp?.ToString());
        Assert.Equal(new RedisAddress("db", 6379, "a=b"), options.Redis);
        Assert.Equal("/tmp/x", options.Data);
        Assert.Equal("north-1", options.Node);
        Assert.True(options.Guests);
        Assert.Equal("alice", options.Admin);
        Assert.Equal(["https://a.example", "http://localhost:5173"], options.Origins);
        Assert.Equal(["http://a:8080", "http://b:8080"], options.Peers);
        Assert.Equal(LogFormat.Json, options.LogFormat);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
    }

    [Fact]
    public void Every_limit_can_be_set_by_its_option_and_by_its_variable()
    {
        foreach (LimitSetting limit in LimitSetting.All.Except([LimitSetting.Frame, LimitSetting.QueueBytes]))
        {
            int other = limit.Read(new ChatLimits()) - 1;

            Assert.Equal(other, limit.Read(OptionsOf.Read($"--{limit.Setting.Name} {other}").Limits));
            Assert.Equal(other, limit.Read(OptionsOf.Read("", $"{limit.Setting.EnvironmentName}={other}").Limits));
        }

        Assert.Equal(65537, OptionsOf.Read("--limit-frame 65537").Limits.Frame);
        Assert.Equal(65536, OptionsOf.Read("--limit-queue-bytes 65536").Limits.QueueBytes);
    }

    [Fact]
    public void Limits_off_lifts_rates_and_keeps_bounds()
    {
        ChatLimits limits = OptionsOf.Read("--limits off --limit-text 100").Limits;

        Assert.Equal(new ChatLimits { Text = 100 }.WithoutRates(), limits);
    }

    [Fact]
    public async Task Command_line_wins_over_environment_and_environment_over_file()
    {
        await using TestDirectory folder = new();
        File.WriteAllText(
            Path.Combine(folder.Path, "appsettings.json"),
            """{"Chat":{"Node":"file","Admin":"file","Data":"file","Origins":["http://a.example","http://b.example"],"Limits":{"Text":1}}}""");

        ServerOptions options = OptionsOf.Read("--node line", "CHAT__NODE=variable CHAT__ADMIN=variable CHAT__DATA=", folder.Path);

        Assert.Equal(("line", "variable", "file"), (options.Node, options.Admin, options.Data));
        Assert.Equal(["http://a.example", "http://b.example"], options.Origins);
        Assert.Equal(1, options.Limits.Text);
    }

    [Theory]
    [InlineData("--http 127.0.0.1:0", true)]
    [InlineData("--http [::1]:8080", true)]
    [InlineData("--http localhost:8080", true)]
    [InlineData("--http 0.0.0.0:8080", false)]
    [InlineData("--http *:8080", false)]
    [InlineData("--http *:8080 --guests true", true)]
    [InlineData("--guests false", false)]
    public void Guests_may_come_in_where_only_this_machine_can_or_where_said_so(string commandLine, bool guests) =>
        Assert.Equal(guests, OptionsOf.Read(commandLine).Guests);

    [Fact]
    public void A_password_is_in_no_text_of_the_options()
    {
        ServerOptions options = OptionsOf.Read("--redis db:6379,password=secret");

        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", options.Redis!.ToString(), StringComparison.Ordinal);
        Assert.Equal("secret", options.Redis.ToConfiguration().Password);
    }
}
