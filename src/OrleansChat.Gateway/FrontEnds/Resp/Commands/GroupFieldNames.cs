using System.Text;
using OrleansChat.Feeds;
using OrleansChat.Groups;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>Which fields of <c>IM.GROUP</c> are the group's settings: <c>name</c> (or <c>title</c>) and <c>join</c>. The others are kept for back ends only.</summary>
internal static class GroupFieldNames
{
    public static GroupSettings Settings(RespFields fields, ChatLimits limits)
    {
        string? title = fields["name"] ?? fields["title"];
        if (title is not null && (title.Length == 0 || Encoding.UTF8.GetByteCount(title) > limits.ProfileText))
        {
            throw new RespRefusedException($"ERR name must have 1 to {limits.ProfileText} bytes");
        }

        return new GroupSettings(title, fields["join"] switch
        {
            null => null,
            "open" => JoinPolicy.Open,
            "approval" => JoinPolicy.Approval,
            "invite" => JoinPolicy.Invite,
            _ => throw new RespRefusedException("ERR join must be open, approval or invite"),
        });
    }

    /// <summary>What was set, with the settings as they are now; of a group of which nothing was set, its name.</summary>
    public static IEnumerable<string> Show(GroupFields group, string id)
    {
        var shown = new RespFields();
        foreach ((string field, string value) in group.Fields)
        {
            shown.Set(field, field switch
            {
                "name" or "title" => group.Title,
                "join" => Join(group),
                _ => value,
            });
        }

        if (shown["name"] is null && shown["title"] is null && (group.Title != id || shown.Count == 0))
        {
            shown.Set("name", group.Title);
        }

        if (group.Join != JoinPolicy.Open)
        {
            shown.Set("join", Join(group));
        }

        return shown.All.SelectMany(field => new[] { field.Key, field.Value });
    }

    private static string Join(GroupFields group) => group.Join switch
    {
        JoinPolicy.Open => "open",
        JoinPolicy.Approval => "approval",
        _ => "invite",
    };
}
