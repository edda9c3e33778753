using OrleansChat.Server;
using OrleansChat.Server.Options;

namespace OrleansChat.Deployment.Tests.Files;

/// <summary>Holds what a file says to the server against what the server takes.</summary>
internal static class ServerSettings
{
    /// <summary>Every variable is a setting and has a value that this server would start with.</summary>
    public static ServerOptions Accepted(IReadOnlyDictionary<string, string?> environment)
    {
        Dictionary<string, string?> given = new(environment, StringComparer.OrdinalIgnoreCase);

        // A role that only the other engine has is still the name of a role.
        if (given.TryGetValue(Settings.Role.EnvironmentName, out string? role))
        {
            Assert.True(Enum.TryParse(role, ignoreCase: true, out ServerRole known), $"{role} is not a role");
            if (!ChatEngine.Roles.Contains(known))
            {
                given.Remove(Settings.Role.EnvironmentName);
            }
        }

        return ServerOptionsReader.Read(new SettingSource(new Dictionary<Setting, string>(), given, []));
    }
}
