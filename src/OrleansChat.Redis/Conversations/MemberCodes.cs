using System.Globalization;
using OrleansChat.Conversations;

namespace OrleansChat.Redis.Conversations;

/// <summary>How members are written in storage: see <c>log-common.lua</c>.</summary>
internal static class MemberCodes
{
    public static MemberRole Role(string code) => code switch
    {
        "o" => MemberRole.Owner,
        "a" => MemberRole.Admin,
        _ => MemberRole.Member,
    };

    public static MemberRole Role(ReadOnlySpan<byte> code) =>
        code.SequenceEqual("o"u8) ? MemberRole.Owner : code.SequenceEqual("a"u8) ? MemberRole.Admin : MemberRole.Member;

    public static string Code(MemberRole role) => role switch
    {
        MemberRole.Owner => "o",
        MemberRole.Admin => "a",
        _ => "m",
    };

    public static long Until(string mute) => mute.Length == 0 ? 0 : long.Parse(mute, CultureInfo.InvariantCulture);

    /// <summary>Numbers with spaces between them.</summary>
    public static IReadOnlyList<long> Numbers(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return [];
        }

        var numbers = new List<long>();
        foreach (Range part in text.Split((byte)' '))
        {
            numbers.Add(long.Parse(text[part], CultureInfo.InvariantCulture));
        }

        return numbers;
    }
}
