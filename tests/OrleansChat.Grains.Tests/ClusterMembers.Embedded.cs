using Orleans.TestingHost;

namespace OrleansChat.Grains.Tests;

/// <summary>How the silos of a test know of each other.</summary>
internal static class ClusterMembers
{
    // They do not: they share Redis and nothing else.
    public static void Configure(TestClusterBuilder builder) => builder.Options.ServiceId = "life";
}
