using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orleans.TestingHost;

/// <summary>Puts a test cluster together.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _configure = [];

    /// <summary>A cluster of two silos.</summary>
    public TestClusterBuilder()
        : this(2)
    {
    }

    /// <summary>A cluster of so many silos.</summary>
    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
    };

    /// <summary>What the cluster is made of.</summary>
    public TestClusterOptions Options { get; }

    /// <summary>Configuration of all hosts.</summary>
    public Dictionary<string, string?> Properties { get; } = [];

    /// <summary>A new name for a cluster.</summary>
    public static string CreateClusterId() =>
        $"testcluster-{DateTime.UtcNow.ToString("yyyy-MM-dd-HH-mm-ss", CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}";

    /// <summary>Adds to the configuration of all hosts.</summary>
    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        ArgumentNullException.ThrowIfNull(configureDelegate);
        _configure.Add(configureDelegate);
        return this;
    }

    /// <summary>Has a class configure each silo: an <see cref="ISiloConfigurator"/> or <see cref="IHostConfigurator"/>.</summary>
    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(ISiloConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"{typeof(T)} is neither an {nameof(ISiloConfigurator)} nor an {nameof(IHostConfigurator)}.");
        }

        Options.SiloBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    /// <summary>Has a class configure the client: an <see cref="IClientBuilderConfigurator"/> or <see cref="IHostConfigurator"/>.</summary>
    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new()
    {
        if (!typeof(IClientBuilderConfigurator).IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"{typeof(T)} is neither an {nameof(IClientBuilderConfigurator)} nor an {nameof(IHostConfigurator)}.");
        }

        Options.ClientBuilderConfiguratorTypes.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }

    /// <summary>Makes the cluster; it is not started yet.</summary>
    public TestCluster Build()
    {
        var builder = new ConfigurationBuilder();
        builder.AddInMemoryCollection(Properties);
        builder.AddInMemoryCollection(Options.ToDictionary());
        _configure.ForEach(configure => configure(builder));
        return new TestCluster(Options, [.. builder.Sources]);
    }
}
