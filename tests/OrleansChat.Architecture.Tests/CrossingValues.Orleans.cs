using System.Reflection;

namespace OrleansChat.Architecture.Tests;

/// <summary>Finds what arguments and results of grain calls are made of, and makes values of it.</summary>
internal static class CrossingValues
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Every closed type of ours, and every list of them, that an argument or result has or contains.</summary>
    public static IReadOnlySet<Type> Types(Assembly assembly)
    {
        HashSet<Type> found = [];
        foreach (MethodInfo method in GrainContracts.Interfaces(assembly).SelectMany(type => type.GetMethods()))
        {
            foreach (Type type in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            {
                Add(found, type);
            }
        }

        return found;
    }

    /// <summary>A value with everything in it, or with as little as it may have.</summary>
    public static object? Sample(Type type, bool full)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return full ? Sample(inner, full) : null;
        }

        if (type == typeof(string))
        {
            return full ? "text" : string.Empty;
        }

        if (type == typeof(ReadOnlyMemory<byte>))
        {
            // A part of a larger buffer.
            return full ? new byte[] { 1, 2, 3, 4 }.AsMemory(1, 2).ToReadOnly() : ReadOnlyMemory<byte>.Empty;
        }

        if (type.IsEnum)
        {
            Array values = Enum.GetValues(type);
            return values.GetValue(full ? values.Length - 1 : 0);
        }

        if (type.IsPrimitive)
        {
            return type == typeof(bool) ? full : Convert.ChangeType(full ? 7 : 0, type, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (IsList(type))
        {
            return typeof(CrossingValues).GetMethod(nameof(List), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type.GetGenericArguments()[0]).Invoke(null, [full]);
        }

        ConstructorInfo constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Argument(parameter, full))]);
    }

    private static object? Argument(ParameterInfo parameter, bool full) =>
        !full && !parameter.ParameterType.IsValueType && Nullability.Create(parameter).WriteState != NullabilityState.NotNull ? null : Sample(parameter.ParameterType, full);

    // Made as the code makes them: what the compiler puts behind the interface has to cross as well.
    private static IReadOnlyList<T> List<T>(bool full) => full ? [(T)Sample(typeof(T), full)!, (T)Sample(typeof(T), full)!] : [];

    private static ReadOnlyMemory<byte> ToReadOnly(this Memory<byte> memory) => memory;

    private static void Add(HashSet<Type> found, Type type)
    {
        bool ours = type.Namespace?.StartsWith("OrleansChat", StringComparison.Ordinal) == true;
        if (((ours && !type.IsEnum) || IsList(type)) && !found.Add(type))
        {
            return;
        }

        foreach (Type argument in type.GetGenericArguments())
        {
            Add(found, argument);
        }

        if (ours && !type.IsEnum)
        {
            foreach (ParameterInfo parameter in type.GetConstructors().SelectMany(constructor => constructor.GetParameters()))
            {
                Add(found, parameter.ParameterType);
            }
        }
    }

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
}
