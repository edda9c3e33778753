using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>An attribute that says what a grain class's type is.</summary>
public interface IGrainTypeProviderAttribute
{
    /// <summary>The grain type of <paramref name="type"/>.</summary>
    GrainType GetGrainType(IServiceProvider services, Type type);
}
