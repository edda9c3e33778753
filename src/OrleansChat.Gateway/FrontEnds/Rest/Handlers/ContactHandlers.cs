using Orleans;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Rest.Handlers;

/// <summary>A single contact.</summary>
internal static class ContactHandlers
{
    /// <summary>The profile of somebody in the list; who is not in it is refused like who does not exist.</summary>
    public static async Task<RestAnswer> GetAsync(RestRequest request)
    {
        string user = request.RouteUser("name");
        Result<IReadOnlyList<string>> contacts =
            await request.Get<IGrainFactory>().GetGrain<IUserGrain>(request.Caller.User).Contacts(request.Caller.Actor);
        return !contacts.IsOk ? contacts.Error
            : contacts.Value.Contains(user) ? request.Answer(await request.ExecuteAsync("user", request.Arguments().Build()))
            : ChatError.NoSuchUser.Because("This person is not among your contacts.");
    }
}
