using System.Reflection;
using System.Runtime.Loader;

namespace OrleansChat.Chaos.Fuzzing.Coverage;

/// <summary>This program once more in the same process, with the assemblies that parse instrumented. What is the framework's stays as it is.</summary>
internal sealed class CoveredCode() : AssemblyLoadContext(ContextName)
{
    private const string ContextName = "covered";
    private const string Own = "OrleansChat.";

    private static readonly string[] Instrumented = ["OrleansChat.Protocols", "OrleansChat.Gateway", "OrleansChat.Abstractions", "OrleansChat.Redis"];

    /// <summary>Whether the code that asks runs in it.</summary>
    public static bool IsHere => GetLoadContext(typeof(CoveredCode).Assembly)?.Name == ContextName;

    /// <summary>Calls a static method of this program there.</summary>
    /// <param name="type">Its type here.</param>
    /// <param name="method">Its name.</param>
    /// <param name="arguments">Values of the framework's types only.</param>
    public static T Call<T>(Type type, string method, params object?[] arguments)
    {
        Assembly program = new CoveredCode().LoadFromAssemblyName(typeof(CoveredCode).Assembly.GetName());
        MethodInfo there = program.GetType(type.FullName!, throwOnError: true)!.GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw new MissingMethodException(type.FullName, method);
        return (T)there.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name || !name.StartsWith(Own, StringComparison.Ordinal))
        {
            return null;
        }

        string path = Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
        using Stream code = Instrumented.Contains(name) ? Instrumenter.Instrument(path) : File.OpenRead(path);
        return LoadFromStream(code);
    }
}
