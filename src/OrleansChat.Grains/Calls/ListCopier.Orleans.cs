using Orleans.Serialization.Cloning;

namespace OrleansChat.Grains.Calls;

/// <summary>
/// Copies what the compiler makes of <c>[a, b]</c> where a read-only list is wanted. Orleans serializes it as the list that it is declared as,
/// but has no copier for it. Nobody can change it, nor, in calls of ours, what is in it.
/// </summary>
internal sealed class ListCopier : IGeneralizedCopier
{
    public bool IsSupportedType(Type type) => type.Name.StartsWith("<>z__ReadOnly", StringComparison.Ordinal);

    public object? DeepCopy(object? input, CopyContext context) => input;
}
