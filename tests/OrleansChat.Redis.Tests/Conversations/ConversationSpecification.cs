using OrleansChat.Conversations;
using OrleansChat.Groups;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>A suite that every implementation of the message log and the groups has to pass. Tests share a storage and use names of their own.</summary>
public abstract class ConversationSpecification
{
    private static int _names;

    protected abstract IMessageLog Log { get; }

    protected abstract IGroupStore Groups { get; }

    protected static string NewName(string prefix = "c") => $"{prefix}{Interlocked.Increment(ref _names)}";

    /// <summary>A direct conversation of two people that nothing was said in.</summary>
    protected (Talk Talk, string One, string Other) NewDirect()
    {
        string name = NewName("u");
        return (new Talk(Log, ConversationId.Direct(name + ".a", name + ".b")), name + ".a", name + ".b");
    }

    /// <summary>A group of <c>owner</c>, <c>admin</c> and <c>member</c>, whose entries 1 and 2 are <c>created</c> and <c>role</c>.</summary>
    protected async Task<Talk> NewGroupAsync(GroupSettings? settings = null, params string[] further)
    {
        string group = NewName("g");
        NewMember[] members = [.. new[] { "admin", "member" }.Concat(further).Select(name => new NewMember(name, string.Empty))];
        var talk = new Talk(Log, ConversationId.Group(group));
        Json.Ok(await Groups.CreateAsync(group, talk.By("owner"), settings ?? new GroupSettings("Title", JoinPolicy.Open), members));
        await DoAsync(talk, "owner", GroupVerb.Role, "admin", MemberRole.Admin);
        return talk;
    }

    protected Task<Result<Appended>> TryAsync(
        Talk talk, string actor, GroupVerb verb, string? user = null, MemberRole role = MemberRole.Member, long until = 0, GroupSettings? settings = null)
    {
        // The incarnation of whoever comes in, as the directory tells the grain.
        string incarnation = talk.By(verb == GroupVerb.Join ? actor : user ?? actor).Incarnation;
        return Groups.ApplyAsync(talk.Id.GroupId!, new GroupCommand(talk.By(actor), verb, user, role, until, settings), incarnation);
    }

    protected async Task<Appended> DoAsync(
        Talk talk, string actor, GroupVerb verb, string? user = null, MemberRole role = MemberRole.Member, long until = 0, GroupSettings? settings = null) =>
        Json.Ok(await TryAsync(talk, actor, verb, user, role, until, settings));
}
