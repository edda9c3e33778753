namespace OrleansChat.Server.Options;

/// <summary>What a process does for the cluster.</summary>
internal enum ServerRole
{
    /// <summary>Hosts grains and opens the doors.</summary>
    All,

    /// <summary>Hosts grains; its only listener answers health checks and scrapes.</summary>
    Silo,

    /// <summary>Opens the doors and calls grains that silos host.</summary>
    Gateway,
}

internal static class ServerRoles
{
    public static bool HasDoors(this ServerRole role) => role != ServerRole.Silo;
}
