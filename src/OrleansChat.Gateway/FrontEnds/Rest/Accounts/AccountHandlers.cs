using System.Text.Json;
using Orleans;
using OrleansChat.Gateway.Commands;
using OrleansChat.Gateway.FrontEnds.Rest.Documents;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Rest.Accounts;

/// <summary>What leads to a token, and what ends it.</summary>
internal sealed class AccountHandlers(IGrainFactory grains, IUserDirectory directory, TokenService tokens, GatewayOptions options)
{
    // The count of attempts with an account's password starts anew after a minute; half of it is what a caller has to wait on average.
    private static readonly TimeSpan AttemptsPause = TimeSpan.FromSeconds(30);

    public async Task<RestAnswer> RegisterAsync(RestRequest request)
    {
        CommandArguments body = request.Body;
        string user = body.User("name");
        Result<SignedIn> signedIn = await grains.GetGrain<IUserGrain>(user).Register(body.Text("password"), body.OptionalText("displayName"));
        return signedIn.IsOk ? await WelcomeAsync(request, signedIn.Value)
            : signedIn.Error.Code == ChatError.NameTaken.Code ? ChatError.NameTaken.Because("Username already exists.")
            : signedIn.Error;
    }

    /// <summary>Whoever does not exist is refused like whoever gives a wrong password.</summary>
    public async Task<RestAnswer> SignInAsync(RestRequest request)
    {
        string name = request.Body.Text("name");
        string password = request.Body.Text("password");
        if (!Names.TryUser(name, out string? user))
        {
            return WrongPassword;
        }

        Result<SignedIn> signedIn = await grains.GetGrain<IUserGrain>(user).SignIn(password);
        return signedIn.IsOk ? await WelcomeAsync(request, signedIn.Value)
            : signedIn.Error.Code == ChatError.RateLimited.Code ? (RestAnswer)signedIn.Error with { RetryAfter = AttemptsPause }
            : signedIn.Error.Code == ChatError.Unavailable.Code ? signedIn.Error
            : WrongPassword;
    }

    public async Task<RestAnswer> EnterAsGuestAsync(RestRequest request)
    {
        if (!options.Guests)
        {
            return ChatError.Forbidden.Because("Guests are not admitted here; register.");
        }

        Result<Account> account = await directory.ClaimGuestAsync(request.Body.User("name"));
        return account.IsOk
            ? await WelcomeAsync(request, new SignedIn(account.Value.User, account.Value.Incarnation))
            : account.Error;
    }

    public async Task<RestAnswer> SignOutAsync(RestRequest request)
    {
        await tokens.RevokeAsync(request.Caller.Token);
        return RestAnswer.Done;
    }

    /// <summary>The new token comes first: should the old one then stay, nobody is locked out.</summary>
    public async Task<RestAnswer> RefreshAsync(RestRequest request)
    {
        RestAnswer answer = await WelcomeAsync(request, Identity(request.Caller));
        await tokens.RevokeAsync(request.Caller.Token);
        return answer;
    }

    /// <summary>Every token from before is void with the old password; the caller goes on with the one in the answer.</summary>
    public async Task<RestAnswer> ChangePasswordAsync(RestRequest request)
    {
        CommandArguments body = request.Body;
        Result<Done> changed = await grains.GetGrain<IUserGrain>(request.Caller.User)
            .ChangePassword(request.Caller.Actor, body.Text("old"), body.Text("new"));
        return changed.IsOk ? await WelcomeAsync(request, Identity(request.Caller))
            : changed.Error.Code == ChatError.RateLimited.Code ? (RestAnswer)changed.Error with { RetryAfter = AttemptsPause }
            : changed.Error;
    }

    private static RestAnswer WrongPassword => ChatError.Unauthenticated.Because("The name or the password is wrong.");

    private static SignedIn Identity(Caller caller) => new(caller.Actor.User, caller.Actor.Incarnation);

    private async Task<RestAnswer> WelcomeAsync(RestRequest request, SignedIn identity)
    {
        IssuedToken issued = await tokens.IssueAsync(identity);
        var token = new TokenDocument { Name = identity.User, Token = issued.Token, Expires = issued.Claims.ExpiresAt };
        return request.Answer(new CommandResult(JsonSerializer.SerializeToUtf8Bytes(token, RestJson.Default.TokenDocument), null));
    }
}
