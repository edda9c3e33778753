using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace OrleansChat;

/// <summary>The permitted alphabets of user names, group ids and client ids.</summary>
public static class Names
{
    /// <summary>The longest user name, in characters.</summary>
    public const int MaxUserLength = 32;

    /// <summary>The longest group id, in characters.</summary>
    public const int MaxGroupLength = 64;

    /// <summary>The longest client id, in characters.</summary>
    public const int MaxClientIdLength = 64;

    private static readonly SearchValues<char> Inner = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly SearchValues<char> ClientIdAlphabet =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-~+/=:");

    /// <summary>Brings a user name into its stored form (lower case). False when it is not <c>[a-z0-9][a-z0-9._-]{1,31}</c>.</summary>
    public static bool TryUser(string? text, [NotNullWhen(true)] out string? name) => TryFold(text, MaxUserLength, out name);

    /// <summary>Brings a group id into its stored form (lower case). False when it is not <c>[a-z0-9][a-z0-9._-]{1,63}</c>.</summary>
    public static bool TryGroup(string? text, [NotNullWhen(true)] out string? id) => TryFold(text, MaxGroupLength, out id);

    /// <summary>Whether a client id has 1 to 64 characters of letters, digits and <c>._-~+/=:</c>.</summary>
    public static bool IsClientId([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxClientIdLength } && !text.AsSpan().ContainsAnyExcept(ClientIdAlphabet);

    private static bool TryFold(string? text, int max, [NotNullWhen(true)] out string? folded)
    {
        folded = null;
        if (text is null || text.Length < 2 || text.Length > max)
        {
            return false;
        }

        // Only ASCII letters fold: a Kelvin sign must not turn into a k and take somebody's name.
        folded = IsStoredForm(text) ? text : FoldAscii(text);
        if (IsStoredForm(folded))
        {
            return true;
        }

        folded = null;
        return false;
    }

    private static string FoldAscii(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
            }
        });

    private static bool IsStoredForm(string text) =>
        char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Inner);
}
