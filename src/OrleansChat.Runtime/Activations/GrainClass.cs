using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;
using Orleans.Runtime;
using OrleansChat.Runtime.Storage;

namespace OrleansChat.Runtime.Activations;

/// <summary>A grain class: its type, its marks, and how its objects are made.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly Func<Activation, object>[] _arguments;
    private readonly bool _usesServices;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = NameOf(type);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        var limit = type.GetCustomAttribute<CollectionAgeLimitAttribute>();
        CollectionAge = type.IsDefined(typeof(KeepAliveAttribute), inherit: true) || limit is { AlwaysActive: true }
            ? Timeout.InfiniteTimeSpan
            : limit?.AgeLimit;

        var parameters = Parameters(type);
        var states = Array.FindAll(parameters, parameter => parameter.IsDefined(typeof(PersistentStateAttribute)));
        _usesServices = states.Length < parameters.Length;
        _arguments = Array.ConvertAll(states, StoredState.Factory);
        _factory = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(states, parameter => parameter.ParameterType));
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    /// <summary>How long an activation may be idle, if the class says; infinite when it is never collected.</summary>
    public TimeSpan? CollectionAge { get; }

    public object Create(Activation activation)
    {
        var arguments = _arguments.Length == 0 ? [] : Array.ConvertAll(_arguments, make => make(activation));

        // A scope for each activation is made only where the class can use it.
        return _factory(_usesServices ? activation.ActivationServices : activation.Silo.Services, arguments);
    }

    private static GrainType NameOf(Type type)
    {
        var given = type.GetCustomAttributes(inherit: false).OfType<IGrainTypeProviderAttribute>().FirstOrDefault();
        if (given is not null)
        {
            return given.GetGrainType(NoServices.Instance, type);
        }

        var name = type.Name.ToLowerInvariant();
        const string suffix = "grain";
        return GrainType.Create(name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name);
    }

    private static ParameterInfo[] Parameters(Type type)
    {
        var constructors = type.GetConstructors();
        var chosen = constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(c => c.GetParameters().Length)
            ?? throw new InvalidOperationException($"The grain class {type} has no public constructor.");
        return chosen.GetParameters();
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
