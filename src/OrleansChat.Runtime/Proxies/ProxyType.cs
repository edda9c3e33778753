using System.Collections.Concurrent;
using Orleans.Runtime;
using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Proxies;

/// <summary>Makes references that implement one grain interface. Emitted once per interface and process.</summary>
internal sealed class ProxyType
{
    private static readonly ConcurrentDictionary<Type, Lazy<ProxyType>> s_types = new();

    private ProxyType(Type interfaceType) => Create = ProxyEmitter.Emit(interfaceType);

    public Func<ICallRouter, GrainId, GrainReference> Create { get; }

    public static ProxyType Of(Type interfaceType) =>
        s_types.GetOrAdd(interfaceType, static type => new Lazy<ProxyType>(() => new ProxyType(type))).Value;

    /// <summary>Saves the look-up where the interface is known at compile time.</summary>
    public static class For<TInterface>
    {
        private static Func<ICallRouter, GrainId, GrainReference>? s_create;

        public static GrainReference Create(ICallRouter router, GrainId grainId) =>
            (s_create ??= Of(typeof(TInterface)).Create)(router, grainId);
    }
}
