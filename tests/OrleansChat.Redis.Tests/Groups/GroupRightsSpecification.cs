using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Redis.Tests.Conversations;
using static OrleansChat.Redis.Tests.Conversations.Json;

namespace OrleansChat.Redis.Tests.Groups;

/// <summary>Who may do what in a group: every verb for every role, on everybody it can be done to.</summary>
public abstract class GroupRightsSpecification : ConversationSpecification
{
    private const string Out = "not_member";
    private const string No = "forbidden";
    private const string Yes = "ok";
    private const string Same = "ok";
    private const string None = "no_such_user";

    // Verb, on whom, then the outcome for owner, admin, member, stranger and a banned person. The actor is another person than the target.
    public static TheoryData<GroupVerb, string, string[]> Matrix => new()
    {
        { GroupVerb.Update, "", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Delete, "", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Leave, "", [Yes, Yes, Yes, Out, "banned"] },
        { GroupVerb.Join, "", [Same, Same, Same, Yes, "banned"] },
        { GroupVerb.Invite, "friend", [Yes, Yes, Yes, Out, "banned"] },
        { GroupVerb.Invite, "pest2", ["banned", "banned", "banned", Out, "banned"] },
        { GroupVerb.Approve, "asker", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Approve, "friend", [None, None, No, Out, "banned"] },
        { GroupVerb.Reject, "asker", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Reject, "friend", [None, None, No, Out, "banned"] },
        { GroupVerb.Kick, "owner2", [No, No, No, Out, "banned"] },
        { GroupVerb.Kick, "admin2", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Kick, "member2", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Kick, "friend", [None, None, No, Out, "banned"] },
        { GroupVerb.Ban, "owner2", [No, No, No, Out, "banned"] },
        { GroupVerb.Ban, "admin2", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Ban, "member2", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Ban, "friend", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Unban, "pest2", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Unban, "member2", [None, None, No, Out, "banned"] },
        { GroupVerb.Role, "owner2", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Role, "admin2", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Role, "friend", [None, No, No, Out, "banned"] },
        { GroupVerb.Mute, "owner2", [No, No, No, Out, "banned"] },
        { GroupVerb.Mute, "admin2", [Yes, No, No, Out, "banned"] },
        { GroupVerb.Mute, "member2", [Yes, Yes, No, Out, "banned"] },
        { GroupVerb.Mute, "friend", [None, None, No, Out, "banned"] },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Verb_is_for(GroupVerb verb, string target, string[] outcomes)
    {
        string[] actors = ["owner", "admin", "member", "stranger", "pest"];
        for (int i = 0; i < actors.Length; i++)
        {
            Talk talk = await NewCastAsync();
            long last = (await talk.RangeAsync(limit: 0)).Last;

            Result<Appended> result = await TryAsync(
                talk, actors[i], verb, target.Length == 0 ? null : target, MemberRole.Member, 5000, new GroupSettings("renamed"));

            Assert.Equal((actors[i], outcomes[i]), (actors[i], result.IsOk ? Yes : result.Error.Name));
            long entries = (await talk.RangeAsync(limit: 0)).Last - last;
            Assert.Equal(result.IsOk && result.Value.Message.Length > 0 ? 1 : 0, entries);
        }
    }

    [Theory]
    [InlineData(JoinPolicy.Open, "joined", "joined")]
    [InlineData(JoinPolicy.Approval, "pending", "forbidden")]
    [InlineData(JoinPolicy.Invite, "forbidden", "forbidden")]
    public async Task Join_policy_decides_who_comes_in_by_themselves_and_whether_members_invite(JoinPolicy policy, string join, string invite)
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", policy));

        Assert.Equal(join, Outcome(await TryAsync(talk, "late", GroupVerb.Join)));
        Assert.Equal(invite, Outcome(await TryAsync(talk, "member", GroupVerb.Invite, "friend")));
        Assert.Equal("joined", Outcome(await TryAsync(talk, "admin", GroupVerb.Invite, "guest of honour")));
        Assert.Equal("joined", Outcome(await TryAsync(talk, "owner", GroupVerb.Invite, "late")));
    }

    [Theory]
    [InlineData(GroupVerb.Kick)]
    [InlineData(GroupVerb.Ban)]
    [InlineData(GroupVerb.Mute)]
    public async Task Nobody_does_it_to_themselves(GroupVerb verb)
    {
        Talk talk = await NewGroupAsync();

        AssertRefused(ChatError.Forbidden, await TryAsync(talk, "owner", verb, "owner", until: 5000));
        AssertRefused(ChatError.Forbidden, await TryAsync(talk, "admin", verb, "admin", until: 5000));
    }

    [Theory]
    [InlineData("member", MemberRole.Admin)]
    [InlineData("member", MemberRole.Owner)]
    [InlineData("admin", MemberRole.Owner)]
    public async Task Nobody_gives_themselves_a_higher_role(string who, MemberRole role)
    {
        Talk talk = await NewGroupAsync();

        AssertRefused(ChatError.Forbidden, await TryAsync(talk, who, GroupVerb.Role, who, role));
    }

    // A group with two of each role, one asking, two banned.
    private async Task<Talk> NewCastAsync()
    {
        Talk talk = await NewGroupAsync(new GroupSettings("T", JoinPolicy.Approval), "owner2", "admin2", "member2");
        await DoAsync(talk, "owner", GroupVerb.Role, "owner2", MemberRole.Owner);
        await DoAsync(talk, "owner", GroupVerb.Role, "admin2", MemberRole.Admin);
        await DoAsync(talk, "asker", GroupVerb.Join);
        await DoAsync(talk, "owner", GroupVerb.Ban, "pest");
        await DoAsync(talk, "owner", GroupVerb.Ban, "pest2");
        await DoAsync(talk, "owner", GroupVerb.Update, settings: new GroupSettings(Join: JoinPolicy.Open));
        return talk;
    }

    private static string Outcome(Result<Appended> result) => !result.IsOk ? result.Error.Name : result.Value.Pending ? "pending" : "joined";
}
