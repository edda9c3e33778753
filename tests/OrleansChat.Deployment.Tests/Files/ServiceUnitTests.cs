using OrleansChat.Server.Options;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>The systemd unit, read.</summary>
public sealed class ServiceUnitTests
{
    private static readonly ILookup<string, string> Unit = Repository.Read("deploy/orleanschat.service").ReplaceLineEndings("\n").Split('\n')
        .Where(line => line.Length > 0 && line[0] is not ('#' or '['))
        .Select(line => line.Split('=', 2))
        .ToLookup(pair => pair[0], pair => pair[1]);

    [Fact]
    public void Its_settings_are_settings_and_its_data_lies_where_it_may_write()
    {
        ServerOptions options = ServerSettings.Accepted(Unit["Environment"].SelectMany(line => line.Split(' ')).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));

        Assert.Equal("/var/lib/" + Unit["StateDirectory"].Single(), options.Data);
        Assert.EndsWith("/OrleansChat.Server.dll", Unit["ExecStart"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_lets_the_server_drain_and_does_not_repeat_wrong_options()
    {
        Assert.Equal("mixed", Unit["KillMode"].Single());
        Assert.True(int.Parse(Unit["TimeoutStopSec"].Single(), System.Globalization.CultureInfo.InvariantCulture) > 10);
        Assert.Equal("2", Unit["RestartPreventExitStatus"].Single());
    }
}
