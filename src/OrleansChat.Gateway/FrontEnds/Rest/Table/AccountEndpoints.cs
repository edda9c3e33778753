using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Accounts;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;

namespace OrleansChat.Gateway.FrontEnds.Rest.Table;

/// <summary>Names, passwords, tokens and sessions.</summary>
internal static class AccountEndpoints
{
    private const string Topic = "Accounts and tokens";

    public static IReadOnlyList<RestEndpoint> Rows { get; } =
    [
        new RestEndpoint("POST", "/users", Topic, "Registers a name and signs in.")
            .Handles(static request => request.Get<AccountHandlers>().RegisterAsync(request))
            .ForAnybody(AddressLimit.Registrations).Takes<Registration>().Makes<TokenDocument>(Address).Refuses(ChatError.NameTaken),
        new RestEndpoint("POST", "/sessions", Topic, "Signs in.")
            .Handles(static request => request.Get<AccountHandlers>().SignInAsync(request))
            .ForAnybody(AddressLimit.SignIns).Takes<SignIn>().Gives<TokenDocument>(),
        new RestEndpoint("POST", "/guests", Topic, "Comes in under a free name without registering, where guests are allowed.")
            .Handles(static request => request.Get<AccountHandlers>().EnterAsGuestAsync(request))
            .ForAnybody(AddressLimit.Guests).Takes<GuestName>().Makes<TokenDocument>(Address).Refuses(ChatError.Forbidden, ChatError.NameTaken),
        new RestEndpoint("DELETE", "/sessions/current", Topic, "Signs out: the token is void, and its connections are closed.")
            .Handles(static request => request.Get<AccountHandlers>().SignOutAsync(request)),
        new RestEndpoint("POST", "/sessions/refresh", Topic, "Gives a new token; the old one is void, and its connections are closed.")
            .Handles(static request => request.Get<AccountHandlers>().RefreshAsync(request)).Gives<TokenDocument>(),
        new RestEndpoint("PUT", "/me/password", Topic, "Changes the password. Every token from before is void; the answer holds a new one.")
            .Handles(static request => request.Get<AccountHandlers>().ChangePasswordAsync(request))
            .Limited(AddressLimit.SignIns).Takes<PasswordChange>().Gives<TokenDocument>(),
        new RestEndpoint("GET", "/sessions", Topic, "The caller's live connections.").Runs("sessions").Gives<SessionPage>(),
        new RestEndpoint("DELETE", "/sessions/{session}", Topic, "Ends a connection of the caller and its token; `all` ends every other token.")
            .Runs("session.end"),
    ];

    private static string Address(JsonElement token) => $"/users/{token.GetProperty("name").GetString()}";
}
