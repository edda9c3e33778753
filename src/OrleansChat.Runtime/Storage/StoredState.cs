using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansChat.Runtime.Activations;

namespace OrleansChat.Runtime.Storage;

/// <summary>State that is read before its grain is activated.</summary>
internal interface IStoredState
{
    Task ReadStateAsync(CancellationToken cancellationToken);
}

/// <summary>Makes the state objects that grain constructors ask for.</summary>
internal static class StoredState
{
    public static Func<Activation, object> Factory(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException($"Parameter {parameter.Name} of {parameter.Member.DeclaringType} must be an IPersistentState<T>.");
        }

        var mark = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var make = typeof(StoredState).GetMethod(nameof(Make), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments()[0])
            .CreateDelegate<Func<IPersistentStateConfiguration, Activation, object>>();
        return activation => make(mark, activation);
    }

    private static StoredState<TState> Make<TState>(IPersistentStateConfiguration mark, Activation activation)
    {
        var services = activation.Silo.Services;
        var storage = string.IsNullOrWhiteSpace(mark.StorageName)
            ? services.GetService<IGrainStorage>() ?? services.GetKeyedService<IGrainStorage>(Orleans.Providers.ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME)
            : services.GetKeyedService<IGrainStorage>(mark.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(
                $"{activation.GrainId} needs the grain storage \"{mark.StorageName ?? "Default"}\", and none of that name is registered.");
        }

        var state = new StoredState<TState>(mark.StateName, activation.GrainId, storage);
        activation.Keep(state);
        return state;
    }
}

/// <summary>A state and its storage. Operations run one after the other, in the order of their calls.</summary>
internal sealed class StoredState<TState>(string name, GrainId grainId, IGrainStorage storage) : IPersistentState<TState>, IStoredState
{
    private readonly GrainState<TState> _state = new(Fresh());
    private Task _last = Task.CompletedTask;

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => _last = RunAsync(_last, async () =>
    {
        await storage.ReadStateAsync(name, grainId, _state, cancellationToken);
        _state.State ??= Fresh();
    });

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        _last = RunAsync(_last, () => storage.WriteStateAsync(name, grainId, _state, cancellationToken));

    public Task ClearStateAsync(CancellationToken cancellationToken) => _last = RunAsync(_last, async () =>
    {
        await storage.ClearStateAsync(name, grainId, _state, cancellationToken);
        _state.State = Fresh();
    });

    private static async Task RunAsync(Task before, Func<Task> operation)
    {
        if (!before.IsCompleted)
        {
            // Its own caller learns how the earlier operation ended.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await operation();
    }

    private static TState Fresh()
    {
        var type = typeof(TState);
        if (type.IsValueType)
        {
            return default!;
        }

        return type.GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance<TState>()
            : (TState)RuntimeHelpers.GetUninitializedObject(type);
    }
}
