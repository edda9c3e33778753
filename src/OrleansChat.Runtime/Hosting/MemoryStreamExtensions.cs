using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using OrleansChat.Runtime.Streams;

namespace Orleans.Hosting;

/// <summary>Adds streams that stay within their host. For tests.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    /// <summary>Adds a stream provider under a name.</summary>
    public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name) =>
        builder.ConfigureServices(services => services.AddKeyedSingleton<IStreamProvider>(name, (_, _) => new MemoryStreamProvider(name)));
}

/// <summary>Adds streams that stay within their host. For tests.</summary>
public static class ClientBuilderStreamingExtensions
{
    /// <summary>Adds a stream provider under a name.</summary>
    public static IClientBuilder AddMemoryStreams(this IClientBuilder builder, string name) =>
        builder.ConfigureServices(services => services.AddKeyedSingleton<IStreamProvider>(name, (_, _) => new MemoryStreamProvider(name)));
}
