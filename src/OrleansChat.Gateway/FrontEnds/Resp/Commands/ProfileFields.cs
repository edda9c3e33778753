using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>
/// Which fields of <c>IM.USER</c> are the profile that everybody sees: <c>name</c> (or <c>displayName</c>), <c>status</c>, <c>avatar</c>.
/// The others are kept beside it, for back ends only.
/// </summary>
internal static class ProfileFields
{
    public static ProfileChange Change(RespFields fields) => new(fields["name"] ?? fields["displayName"], fields["status"], fields["avatar"]);

    /// <summary>
    /// What was set, with the profile as it is now: it may have been changed through another door. Somebody of whom nothing was set has a name at least.
    /// </summary>
    public static IEnumerable<string> Show(Profile profile, IReadOnlyList<KeyValuePair<string, string>> kept)
    {
        var shown = new RespFields();
        foreach ((string field, string value) in kept)
        {
            shown.Set(field, Current(profile, field) ?? value);
        }

        if (profile.DisplayName != profile.Name && shown["displayName"] is null)
        {
            shown.Set("name", profile.DisplayName);
        }

        foreach ((string field, string value) in new[] { KeyValuePair.Create("status", profile.Status), KeyValuePair.Create("avatar", profile.Avatar) })
        {
            if (value.Length > 0)
            {
                shown.Set(field, value);
            }
        }

        if (shown.Count == 0)
        {
            shown.Set("name", profile.DisplayName);
        }

        return shown.All.SelectMany(field => new[] { field.Key, field.Value });
    }

    private static string? Current(Profile profile, string field) => field switch
    {
        "name" or "displayName" => profile.DisplayName,
        "status" => profile.Status,
        "avatar" => profile.Avatar,
        _ => null,
    };
}
