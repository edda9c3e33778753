using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Handlers;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>Groups, who is in them, who is kept out.</summary>
internal static class GroupEndpoints
{
    private const string Topic = "Groups";
    private const string Group = "/groups/{group}";

    private static readonly ChatError[] Strangers = [ChatError.NotMember, ChatError.Banned, ChatError.NoSuchConversation];

    private static readonly ChatError[] Admins = [.. Strangers, ChatError.Forbidden];

    private static readonly ChatError[] OnSomebody = [.. Admins, ChatError.NoSuchUser];

    public static IReadOnlyList<RestEndpoint> Rows { get; } =
    [
        new RestEndpoint("POST", "/groups", Topic, "Creates a group.")
            .Runs("group.create").Takes<NewGroup>().Makes<SummaryDocument>(Address)
            .Refuses(ChatError.TooLarge, ChatError.NoSuchUser, ChatError.NameTaken),
        new RestEndpoint("GET", "/groups", Topic, "Public groups by id.")
            .Runs("group.list").Asks(RestParameter.Prefix, RestParameter.After, RestParameter.Limit).Gives<GroupPage>(),
        new RestEndpoint("GET", Group, Topic, "A group; private ones for members only.").Runs("group.get").Gives<GroupDocument>().Refuses(Strangers),
        new RestEndpoint("PATCH", Group, Topic, "Changes title or rules; admins only.")
            .Runs("group.update").Takes<GroupUpdate>().Gives<PositionDocument>().Refuses(Admins),
        new RestEndpoint("DELETE", Group, Topic, "Deletes the group for good; owners only.")
            .Runs("group.delete").Gives<PositionDocument>().Refuses(Admins),
        new RestEndpoint("GET", Group + "/members", Topic, "The members.")
            .Runs("group.members").Asks(RestParameter.After, RestParameter.Limit).Gives<MemberPage>().Refuses(Strangers),
        new RestEndpoint("PUT", Group + "/members/me", Topic, "Joins, or asks to join.")
            .Runs("group.join").Gives<PositionDocument>().Refuses(ChatError.Forbidden, ChatError.Banned, ChatError.NoSuchConversation, ChatError.TooLarge),
        new RestEndpoint("DELETE", Group + "/members/me", Topic, "Leaves. The last owner's place goes to the longest serving admin or member.")
            .Runs("group.leave").Gives<PositionDocument>().Refuses(Strangers),
        new RestEndpoint("PUT", Group + "/members/{user}", Topic, "Adds somebody or sets a member's role; roles are for owners to give.")
            .Handles(MemberHandlers.PutAsync).MayTake<Membership>().Gives<PositionDocument>().Refuses([.. OnSomebody, ChatError.TooLarge]),
        new RestEndpoint("DELETE", Group + "/members/{user}", Topic, "Removes somebody, admins only; under the own name leaves.")
            .Handles(MemberHandlers.RemoveAsync).Gives<PositionDocument>().Refuses(OnSomebody),
        new RestEndpoint("PUT", Group + "/bans/{user}", Topic, "Removes somebody and keeps them out; admins only.")
            .Runs("group.ban").Gives<PositionDocument>().Refuses(OnSomebody),
        new RestEndpoint("DELETE", Group + "/bans/{user}", Topic, "Lifts a ban; admins only.")
            .Runs("group.unban").Gives<PositionDocument>().Refuses(OnSomebody),
        new RestEndpoint("PUT", Group + "/mutes/{user}", Topic, "Keeps a member from writing until a time; admins only.")
            .Runs("group.mute").Takes<Mute>().Gives<PositionDocument>().Refuses(OnSomebody),
        new RestEndpoint("DELETE", Group + "/mutes/{user}", Topic, "Lets a member write again; admins only.")
            .Runs("group.mute").Gives<PositionDocument>().Refuses(OnSomebody),
        new RestEndpoint("GET", Group + "/requests", Topic, "People who asked to join; admins only.")
            .Runs("group.requests").Asks(RestParameter.After, RestParameter.Limit).Gives<NamePage>().Refuses(Admins),
        new RestEndpoint("PUT", Group + "/requests/{user}", Topic, "Lets in somebody who asked; admins only.")
            .Runs("group.approve").Gives<PositionDocument>().Refuses([.. OnSomebody, ChatError.TooLarge]),
        new RestEndpoint("DELETE", Group + "/requests/{user}", Topic, "Turns down somebody who asked; admins only.")
            .Runs("group.reject").Gives<PositionDocument>().Refuses(OnSomebody),
    ];

    private static string Address(JsonElement summary) =>
        ConversationId.TryParse(summary.GetProperty("conversation").GetString(), out ConversationId id) ? $"/groups/{id.GroupId}" : "/groups";
}
