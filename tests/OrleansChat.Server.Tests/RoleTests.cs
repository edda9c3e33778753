using OrleansChat.Server.Options;

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
}
