namespace System.Runtime.CompilerServices;

/// <summary>Read by the runtime off an assembly's metadata: lets the emitted proxies use internal types of the named assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
