using System.Net;
using Orleans;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.FrontEnds.Rest.Table;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>How a socket gets a name.</summary>
internal sealed class LobbyIdentity(IGrainFactory grains, IUserDirectory directory, TokenService tokens, RestLimits limits, GatewayOptions options)
{
    /// <summary>Claims a free name for a guest.</summary>
    public async Task<Result<TokenClaims>> ClaimAsync(string? name, IPAddress? address)
    {
        if (!options.Guests)
        {
            return ChatError.Forbidden.Because("Guests are not admitted here; register.");
        }

        if (!Names.TryUser(name, out string? user))
        {
            return ChatError.BadRequest.Because("This is not a user name.");
        }

        if (await limits.RefuseAsync(AddressLimit.Guests, address) is not null)
        {
            return ChatError.RateLimited;
        }

        Result<Account> account = await directory.ClaimGuestAsync(user);
        return account.IsOk ? await IssueAsync(new SignedIn(account.Value.User, account.Value.Incarnation)) : account.Error;
    }

    /// <summary>Signs in under a registered name. Whoever does not exist is refused like whoever gives a wrong password.</summary>
    public async Task<Result<TokenClaims>> SignInAsync(string? name, string? password, IPAddress? address)
    {
        ChatError wrong = ChatError.Unauthenticated.Because("The name or the password is wrong.");
        if (!Names.TryUser(name, out string? user) || password is null)
        {
            return wrong;
        }

        if (await limits.RefuseAsync(AddressLimit.SignIns, address) is not null)
        {
            return ChatError.RateLimited.Because("Too many sign-in attempts; wait a minute.");
        }

        Result<SignedIn> signedIn = await grains.GetGrain<IUserGrain>(user).SignIn(password);
        return signedIn.IsOk ? await IssueAsync(signedIn.Value)
            : signedIn.Error.Retry ? signedIn.Error
            : wrong;
    }

    private async Task<Result<TokenClaims>> IssueAsync(SignedIn identity) => (await tokens.IssueAsync(identity)).Claims;
}
