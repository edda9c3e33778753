using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace OrleansChat.Runtime.Activations;

/// <summary>All grain classes of the application, found once per process.</summary>
internal sealed class GrainClasses
{
    private static readonly Lazy<GrainClasses> s_ofProcess = new(() => new GrainClasses(Find()));

    private readonly FrozenDictionary<GrainType, GrainClass> _byType;
    private readonly ConcurrentDictionary<Type, GrainClass[]> _byInterface = new();

    private GrainClasses(IEnumerable<Type> types)
    {
        var byType = new Dictionary<GrainType, GrainClass>();
        foreach (var type in types)
        {
            var grainClass = new GrainClass(type);
            if (!byType.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException(
                    $"{type} and {byType[grainClass.GrainType].Type} are both grain type \"{grainClass.GrainType}\": tell them apart with [GrainType].");
            }
        }

        _byType = byType.ToFrozenDictionary();
    }

    public static GrainClasses OfProcess => s_ofProcess.Value;

    public GrainClass Get(GrainType type) =>
        _byType.TryGetValue(type, out var grainClass) ? grainClass : throw new ArgumentException($"No grain class is of grain type \"{type}\".");

    /// <summary>The class behind an interface; with several, the prefix of the full name or the interface's own name decides.</summary>
    public GrainClass Get(Type interfaceType, string? prefix)
    {
        var classes = _byInterface.GetOrAdd(interfaceType,
            static (type, all) => [.. all.Values.Where(c => type.IsAssignableFrom(c.Type))], _byType);
        if (classes.Length == 1 && prefix is null)
        {
            return classes[0];
        }

        var fitting = prefix is null
            ? Array.FindAll(classes, c => interfaceType.Name == "I" + c.Type.Name)
            : Array.FindAll(classes, c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal));
        return fitting.Length == 1
            ? fitting[0]
            : throw new ArgumentException(
                $"{interfaceType} has {classes.Length} grain classes, {fitting.Length} of them fitting; exactly one is needed.", nameof(interfaceType));
    }

    private static IEnumerable<Type> Find()
    {
        var runtime = typeof(GrainClasses).Assembly;
        return Assemblies(runtime)
            .Where(assembly => assembly.GetReferencedAssemblies().Any(name => name.Name == runtime.GetName().Name))
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
                && typeof(IGrainBase).IsAssignableFrom(type) && typeof(IGrain).IsAssignableFrom(type));
    }

    // An assembly that is only deployed, not yet used, is not loaded either: those of the product are looked up by name.
    private static IEnumerable<Assembly> Assemblies(Assembly runtime)
    {
        var product = runtime.GetName().Name!.Split('.')[0] + ".";
        var deployed = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name.StartsWith(product, StringComparison.OrdinalIgnoreCase))
            .Select(name => Assembly.Load(new AssemblyName(name)));
        return AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Concat(deployed).Distinct();
    }
}
