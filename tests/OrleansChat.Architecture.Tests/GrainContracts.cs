using System.Reflection;
using Orleans;

namespace OrleansChat.Architecture.Tests;

/// <summary>Finds what crosses grain calls, and what is wrong with it. Orleans' own analyzers run in one engine only.</summary>
internal static class GrainContracts
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IEnumerable<Type> Interfaces(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type));

    /// <summary>Every type of ours that an argument or result of these interfaces can contain.</summary>
    public static IReadOnlySet<Type> Crossing(IEnumerable<Type> interfaces)
    {
        HashSet<Type> found = [];
        Queue<Type> waiting = new(interfaces.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)));
        while (waiting.TryDequeue(out Type? type))
        {
            if (type.HasElementType)
            {
                waiting.Enqueue(type.GetElementType()!);
                continue;
            }

            if (type.IsGenericParameter)
            {
                continue;
            }

            foreach (Type argument in type.GetGenericArguments())
            {
                waiting.Enqueue(argument);
            }

            Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
            if (!IsOurs(definition) || typeof(IGrain).IsAssignableFrom(definition) || !found.Add(definition))
            {
                continue;
            }

            foreach (Type member in Members(definition).Select(member => member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType))
            {
                waiting.Enqueue(member);
            }

            // A value of a base type arrives as one of its descendants.
            foreach (Type descendant in definition.Assembly.GetTypes().Where(other => other.BaseType == definition))
            {
                waiting.Enqueue(descendant);
            }
        }

        return found;
    }

    /// <summary>One line for each thing that is wrong with a type that crosses.</summary>
    public static IEnumerable<string> Faults(Type type)
    {
        if (type.IsEnum)
        {
            yield break;
        }

        if (!type.IsSealed && !type.IsAbstract)
        {
            yield return $"{type} is neither sealed nor abstract";
        }

        foreach (Type needed in new[] { typeof(GenerateSerializerAttribute), typeof(ImmutableAttribute), typeof(AliasAttribute) })
        {
            if (!type.IsDefined(needed, inherit: false))
            {
                yield return $"{type} has no [{needed.Name.Replace("Attribute", "", StringComparison.Ordinal)}]";
            }
        }

        foreach (MemberInfo member in Members(type))
        {
            if (!member.IsDefined(typeof(IdAttribute)))
            {
                yield return $"{type}.{member.Name} has no [Id]";
            }

            if (IsMutable(member))
            {
                yield return $"{type}.{member.Name} can be changed";
            }
        }

        foreach (var twice in Members(type).Select(member => member.GetCustomAttribute<IdAttribute>()?.Id).Where(id => id is not null).GroupBy(id => id).Where(group => group.Count() > 1))
        {
            yield return $"{type} uses [Id({twice.Key})] twice";
        }
    }

    public static IEnumerable<string> Faults(Type[] interfaces)
    {
        foreach (Type type in interfaces)
        {
            if (!type.IsDefined(typeof(AliasAttribute), inherit: false))
            {
                yield return $"{type} has no [Alias]";
            }

            foreach (MethodInfo method in type.GetMethods().Where(method => !method.IsDefined(typeof(AliasAttribute))))
            {
                yield return $"{type}.{method.Name} has no [Alias]";
            }
        }
    }

    // What the generated serializer writes: properties with a field behind them, and fields.
    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetFields(Own).Where(field => !field.IsStatic).Select(field => Behind(type, field)).OfType<MemberInfo>();

    private static MemberInfo? Behind(Type type, FieldInfo field) =>
        field.Name.StartsWith('<') ? type.GetProperty(field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)], Own) : field;

    private static bool IsMutable(MemberInfo member) => member switch
    {
        PropertyInfo { SetMethod: { } set } => !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)),
        FieldInfo field => !field.IsInitOnly,
        _ => false,
    };

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("OrleansChat", StringComparison.Ordinal) == true;
}
