using System.Text.Json;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;

namespace OrleansChat.Gateway.FrontEnds.Rest.Handlers;

/// <summary>What a place in a group's list of members means for each case: invited, joined, appointed, kicked, left.</summary>
internal static class MemberHandlers
{
    private const string Member = "member";

    /// <summary>
    /// Makes somebody a member with a role. The role comes first: it tells an owner at once whether the person is in. Each step is
    /// authorised by itself and harmless when repeated.
    /// </summary>
    public static async Task<RestAnswer> PutAsync(RestRequest request)
    {
        string group = request.RouteText("group");
        string user = request.RouteUser("user");
        string? role = request.Body.OptionalText("role");
        if (role is null)
        {
            return request.Answer(await (user == request.Caller.User
                ? request.ExecuteAsync("group.join", Of(group).Build())
                : request.ExecuteAsync("group.invite", Of(group, user).Build())));
        }

        CommandResult appointed = await AppointAsync();
        int code = appointed.Error?.Code ?? 0;
        bool isAbsent = code == ChatError.NoSuchUser.Code
            || (code == ChatError.Forbidden.Code && role == Member && await RoleAsync(request, group, user) is null or Member);
        if (!isAbsent)
        {
            return request.Answer(appointed);
        }

        CommandResult invited = await request.ExecuteAsync("group.invite", Of(group, user).Build());
        return request.Answer(invited.Error is not null || role == Member ? invited : await AppointAsync());

        Task<CommandResult> AppointAsync() => request.ExecuteAsync("group.role", Of(group, user).Add("role", role).Build());
    }

    /// <summary>The own name leaves, another is removed.</summary>
    public static async Task<RestAnswer> RemoveAsync(RestRequest request)
    {
        string group = request.RouteText("group");
        string user = request.RouteUser("user");
        return request.Answer(await (user == request.Caller.User
            ? request.ExecuteAsync("group.leave", Of(group).Build())
            : request.ExecuteAsync("group.kick", Of(group, user).Build())));
    }

    private static CommandJson Of(string group) => new CommandJson().Add("group", group);

    private static CommandJson Of(string group, string user) => Of(group).Add("user", user);

    /// <summary>The role of a member; null when they are none. Asks for the page of one name that begins right before this one.</summary>
    private static async Task<string?> RoleAsync(RestRequest request, string group, string user)
    {
        // No name lies between: '~' comes after every character of a name.
        string before = $"{user[..^1]}{(char)(user[^1] - 1)}~";
        CommandResult page = await request.ExecuteAsync("group.members", Of(group).Add("after", before).Add("limit", 1).Build());
        return page.Error is null
            && JsonElement.Parse(page.Ok.Span).GetProperty("items").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } member
            && member.GetProperty("user").ValueEquals(user)
                ? member.GetProperty("role").GetString()
                : null;
    }
}
