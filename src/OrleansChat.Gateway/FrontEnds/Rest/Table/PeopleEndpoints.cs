using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Handlers;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>The directory, the own profile, contacts and blocks.</summary>
internal static class PeopleEndpoints
{
    private const string Topic = "People";

    public static IReadOnlyList<RestEndpoint> Rows { get; } =
    [
        new RestEndpoint("GET", "/users", Topic, "Registered people by name.")
            .Runs("users").Asks(RestParameter.Prefix, RestParameter.After, RestParameter.Limit).Gives<PeoplePage>(),
        new RestEndpoint("GET", "/users/{name}", Topic, "Somebody's profile with presence.")
            .Runs("user").Gives<ProfileDocument>().Refuses(ChatError.NoSuchUser),
        new RestEndpoint("GET", "/online", Topic, "People who are online.")
            .Runs("who").Asks(RestParameter.After, RestParameter.Limit).Gives<PeoplePage>(),
        new RestEndpoint("GET", "/me", Topic, "The own profile.").Runs("me").Gives<ProfileDocument>(),
        new RestEndpoint("PATCH", "/me", Topic, "Changes the own profile.")
            .Runs("me").Takes<ProfileUpdate>().Gives<ProfileDocument>().Refuses(ChatError.TooLarge),
        new RestEndpoint("GET", "/me/contacts", Topic, "The own contacts.").Runs("contacts").Gives<PeoplePage>(),
        new RestEndpoint("GET", "/me/contacts/{name}", Topic, "The profile of a contact.")
            .Handles(ContactHandlers.GetAsync).Gives<ProfileDocument>().Refuses(ChatError.NoSuchUser),
        new RestEndpoint("PUT", "/me/contacts/{user}", Topic, "Adds a contact.")
            .Runs("contact.add").Refuses(ChatError.TooLarge, ChatError.NoSuchUser),
        new RestEndpoint("DELETE", "/me/contacts/{user}", Topic, "Removes a contact.").Runs("contact.remove"),
        new RestEndpoint("GET", "/me/blocked", Topic, "People whom the caller has blocked.").Runs("blocked").Gives<PeoplePage>(),
        new RestEndpoint("PUT", "/me/blocked/{user}", Topic, "Blocks somebody: none of their direct messages is accepted from then on.")
            .Runs("block").Refuses(ChatError.TooLarge, ChatError.NoSuchUser),
        new RestEndpoint("DELETE", "/me/blocked/{user}", Topic, "Lifts the block.").Runs("unblock"),
    ];
}
