using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class MemberTests
{
    /// <summary>Who asks, who bob is in the group, the role asked for; the status and the commands that lead to it.</summary>
    public static TheoryData<string, string?, string?, int, string> Puts => new()
    {
        { "owner", null, null, 200, "group.invite" },
        { "owner", null, "member", 200, "group.role group.invite" },
        { "owner", null, "admin", 200, "group.role group.invite group.role" },
        { "owner", "member", "admin", 200, "group.role" },
        { "owner", "admin", "member", 200, "group.role" },
        { "admin", null, null, 200, "group.invite" },
        { "admin", null, "member", 200, "group.role group.members group.invite" },
        { "admin", "member", "member", 200, "group.role group.members group.invite" },
        { "admin", "admin", "member", 403, "group.role group.members" },
        { "admin", "member", "admin", 403, "group.role" },
        { "admin", null, "admin", 403, "group.role" },
    };

    [Theory]
    [MemberData(nameof(Puts))]
    public async Task Place_of_a_member_is_put_by_who_may(string caller, string? bob, string? role, int status, string commands)
    {
        await using RestHost host = await RestHost.StartAsync();
        host.Answer = command => Answer(command.Command, caller, ref bob, role);

        using HttpResponseMessage response = await host.SendAsync("PUT", "groups/g/members/Bob", role is null ? null : $$"""{"role":"{{role}}"}""");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(commands, string.Join(' ', host.Commands.Select(command => command.Command)));
        Assert.All(host.Commands, command => Assert.Equal("g", command.Arguments.GetProperty("group").GetString()));
    }

    [Fact]
    public async Task Role_is_looked_up_on_the_page_that_begins_before_the_name()
    {
        await using RestHost host = await RestHost.StartAsync();
        string? bob = "member";
        host.Answer = command => Answer(command.Command, "admin", ref bob, "member");

        using HttpResponseMessage response = await host.SendAsync("PUT", "groups/g/members/bob", """{"role":"member"}""");

        Executed page = host.Commands.Single(command => command.Command == "group.members");
        Assert.Equal("boa~", page.Arguments.GetProperty("after").GetString());
        Assert.Equal(1, page.Arguments.GetProperty("limit").GetInt32());
    }

    [Theory]
    [InlineData("PUT", "groups/g/members/Alice", "group.join")]
    [InlineData("DELETE", "groups/g/members/Alice", "group.leave")]
    [InlineData("DELETE", "groups/g/members/bob", "group.kick")]
    public async Task Own_name_joins_and_leaves(string method, string path, string command)
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync(method, path);

        Assert.Equal(command, Assert.Single(host.Commands).Command);
    }

    [Fact]
    public async Task Name_that_is_none_is_refused()
    {
        await using RestHost host = await RestHost.StartAsync();

        using HttpResponseMessage response = await host.SendAsync("DELETE", "groups/g/members/-");

        Assert.Equal(4000, await response.ProblemAsync());
    }

    // As the group's atomic steps decide.
    private static CommandResult Answer(string command, string caller, ref string? bob, string? role)
    {
        switch (command)
        {
            case "group.role" when caller != "owner":
                return ChatError.Forbidden;
            case "group.role" when bob is null:
                return ChatError.NoSuchUser;
            case "group.role":
                bob = role;
                break;
            case "group.invite":
                bob ??= "member";
                break;
            case "group.members":
                return Answers.Ok(bob is null ? """{"items":[{"user":"carol","role":"member"}]}""" : $$"""{"items":[{"user":"bob","role":"{{bob}}"}]}""");
        }

        return Answers.Ok("{}");
    }
}
