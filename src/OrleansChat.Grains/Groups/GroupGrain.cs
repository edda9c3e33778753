using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Grains.Groups;

/// <summary>
/// A group. Who comes in gets the group into their list before they are a member, who goes loses it afterwards: lists are supersets.
/// Whether a command is allowed is decided by the store in the step that carries it out.
/// </summary>
internal sealed class GroupGrain(IGroupStore store, IUserDirectory directory, ChatLimits limits) : Grain, IGroupGrain
{
    private string Id => this.GetPrimaryKeyString();

    private ConversationId Conversation => ConversationId.Group(Id);

    /// <inheritdoc />
    public async Task<Result<Appended>> Create(Actor actor, GroupSettings settings, IReadOnlyList<string> members)
    {
        if (members.Count >= limits.GroupMembers)
        {
            return ChatError.TooLarge.Because("A group may not have so many members.");
        }

        if (Deceptive(ref settings) is { } deceptive)
        {
            return deceptive;
        }

        // The id is looked at first, so that nobody can fill other people's lists with groups that are not theirs.
        Result<GroupInfo> existing = await store.GetAsync(Id, actor);
        if (existing.Error?.Code != ChatError.NoSuchConversation.Code)
        {
            return existing.Error?.Code == ChatError.Unavailable.Code ? existing.Error : ChatError.NameTaken;
        }

        Result<NewListing> owner = await directory.AddConversationAsync(actor.User, Conversation);
        if (!owner.IsOk)
        {
            return owner.Error;
        }

        var first = new List<NewMember>(members.Count);
        foreach (string member in members.Distinct().Where(member => member != actor.User))
        {
            Result<NewListing> listed = await directory.AddConversationAsync(member, Conversation);
            if (!listed.IsOk)
            {
                return listed.Error.Code == ChatError.NoSuchUser.Code ? listed.Error.Because($"There is no user {member}.") : listed.Error;
            }

            first.Add(new NewMember(member, listed.Value.Incarnation));
        }

        return await store.CreateAsync(Id, actor, settings, first);
    }

    /// <inheritdoc />
    public async Task<Result<Appended>> Apply(GroupCommand command)
    {
        if (command.Settings is { } settings)
        {
            if (Deceptive(ref settings) is { } deceptive)
            {
                return deceptive;
            }

            command = command with { Settings = settings };
        }

        string incarnation = string.Empty;
        if (Entrant(command) is { } entrant)
        {
            if (command.Verb != GroupVerb.Join && await MayBringInAsync(command.Actor) is { } refusal)
            {
                return refusal;
            }

            Result<NewListing> listed = await directory.AddConversationAsync(entrant, Conversation);
            if (!listed.IsOk)
            {
                return listed.Error;
            }

            incarnation = listed.Value.Incarnation;
        }

        Result<Appended> result = await store.ApplyAsync(Id, command, incarnation);
        if (result.IsOk && Leaver(command) is { } leaver)
        {
            await directory.RemoveConversationAsync(leaver, Conversation);
            await RelistAsync(leaver);
        }

        return result;
    }

    /// <inheritdoc />
    public Task<Result<GroupInfo>> Get(Actor actor) => store.GetAsync(Id, actor);

    /// <inheritdoc />
    public Task<Result<Page<GroupMember>>> Members(Actor actor, string? after, int limit) => store.MembersAsync(Id, actor, after, limit);

    /// <inheritdoc />
    public Task<Result<Page<string>>> Requests(Actor actor, string? after, int limit) => store.RequestsAsync(Id, actor, after, limit);

    private static ChatError? Deceptive(ref GroupSettings settings)
    {
        if (settings.Title is not { } title)
        {
            return null;
        }

        if (!DisplayText.TryClean(title, isName: true, out string? clean) || clean.Length == 0)
        {
            return ChatError.BadRequest.Because(clean is null ? DisplayText.Refusal : "A title has at least one character that can be seen.");
        }

        settings = settings with { Title = clean };
        return null;
    }

    private static string? Entrant(GroupCommand command) => command.Verb switch
    {
        GroupVerb.Join => command.Actor.User,
        GroupVerb.Invite or GroupVerb.Approve => command.User,
        _ => null,
    };

    private static string? Leaver(GroupCommand command) => command.Verb switch
    {
        GroupVerb.Leave => command.Actor.User,
        GroupVerb.Kick or GroupVerb.Ban => command.User,
        _ => null,
    };

    // They may have come in again meanwhile, through another node: then the removal was late and took away the new entry.
    private async Task RelistAsync(string user)
    {
        if (await directory.FindAsync(user) is { } account
            && (await store.GetAsync(Id, new Actor(user, account.Incarnation, string.Empty))).Value?.Role is not null)
        {
            await directory.AddConversationAsync(user, Conversation);
        }
    }

    // Only keeps strangers from writing into other people's lists; the store decides for good.
    private async Task<ChatError?> MayBringInAsync(Actor actor)
    {
        Result<GroupInfo> group = await store.GetAsync(Id, actor);
        return !group.IsOk ? group.Error
            : group.Value.Role is null ? ChatError.NotMember
            : group.Value.Role == MemberRole.Member && group.Value.Join != JoinPolicy.Open ? ChatError.Forbidden
            : null;
    }
}
