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

    public static string Code(MemberRole role) => role switch
    {
        MemberRole.Owner => "o",
        MemberRole.Admin => "a",
        _ => "m",
    };

    public static long Until(string mute) => mute.Length == 0 ? 0 : long.Parse(mute, CultureInfo.InvariantCulture);
}
