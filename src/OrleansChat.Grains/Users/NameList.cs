namespace OrleansChat.Grains.Users;

/// <summary>Lists of names without repeats, in ordinal order.</summary>
internal static class NameList
{
    public static IReadOnlyList<string> With(IReadOnlyList<string> names, string name, bool on) => on
        ? [.. names.Append(name).Distinct().Order(StringComparer.Ordinal)]
        : [.. names.Where(one => one != name)];
}
