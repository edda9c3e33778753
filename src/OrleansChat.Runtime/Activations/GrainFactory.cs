using Orleans;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;
using OrleansChat.Runtime.Proxies;

namespace OrleansChat.Runtime.Activations;

/// <summary>Makes references whose calls go where the router says.</summary>
internal sealed class GrainFactory(ICallRouter router, IServiceProvider services) : IClusterClient
{
    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => Reference<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => Reference<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => Reference<TGrainInterface>(TextKey(primaryKey), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        Reference(grainInterfaceType, GrainIdKeyExtensions.CreateGuidKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        Reference(grainInterfaceType, GrainIdKeyExtensions.CreateIntegerKey(grainPrimaryKey));

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => Reference(grainInterfaceType, TextKey(grainPrimaryKey));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(object)ProxyType.For<TGrainInterface>.Create(router, grainId);

    public IAddressable GetGrain(GrainId grainId) => new GrainReference(router, grainId);

    private static IdSpan TextKey(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return IdSpan.Create(key);
    }

    private TGrainInterface Reference<TGrainInterface>(IdSpan key, string? prefix) =>
        (TGrainInterface)(object)ProxyType.For<TGrainInterface>.Create(
            router, new GrainId(GrainClasses.OfProcess.Get(typeof(TGrainInterface), prefix).GrainType, key));

    private IGrain Reference(Type interfaceType, IdSpan key) =>
        (IGrain)ProxyType.Of(interfaceType).Create(
            router, new GrainId(GrainClasses.OfProcess.Get(interfaceType, prefix: null).GrainType, key));
}
