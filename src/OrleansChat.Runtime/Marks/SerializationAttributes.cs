using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The type crosses grain calls; a distributed engine makes a serializer for it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether the parameters of a primary constructor count as members.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}

/// <summary>The number that stands for a member in the serialized form; never reused within its type.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class
    | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method)]
public sealed class IdAttribute : Attribute
{
    /// <summary>Gives the member its number.</summary>
    public IdAttribute(uint id) => Id = id;

    /// <summary>The member's number.</summary>
    public uint Id { get; }
}

/// <summary>The name that stands for a type or method on the wire, so that it can be renamed in code.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct | AttributeTargets.Enum
    | AttributeTargets.Method, AllowMultiple = true)]
public sealed class AliasAttribute : Attribute
{
    /// <summary>Gives the type or method its name.</summary>
    public AliasAttribute(string alias) => Alias = alias;

    /// <summary>The name on the wire.</summary>
    public string Alias { get; }
}

/// <summary>The value never changes, so that a call may pass it on without a copy.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property
    | AttributeTargets.Parameter | AttributeTargets.ReturnValue, Inherited = false)]
public sealed class ImmutableAttribute : Attribute;

/// <summary>Names the grain type of a class; without it the class name decides.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute : Attribute, IGrainTypeProviderAttribute
{
    private readonly GrainType _grainType;

    /// <summary>Gives the class its grain type; a blank name throws <see cref="ArgumentException"/>.</summary>
    public GrainTypeAttribute(string grainType) => _grainType = GrainType.Create(grainType);

    /// <summary>The grain type of <paramref name="type"/>.</summary>
    public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
}
