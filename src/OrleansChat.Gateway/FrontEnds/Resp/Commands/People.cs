using System.Collections.Concurrent;
using OrleansChat.Gateway.Commands;
using OrleansChat.Presence;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>Who a back end names: whoever holds the name now, a guest too. Somebody named in a write who is unknown is registered without a password.</summary>
internal sealed class People(IUserDirectory directory, NodeIdentity node)
{
    // Registered names are never given to anybody else, so that they can be remembered; when there are too many it begins anew.
    private const int MaxRemembered = 100_000;

    private readonly ConcurrentDictionary<string, string> _registered = new(StringComparer.Ordinal);

    /// <summary>Whoever holds a name; null when nobody does.</summary>
    public async Task<Actor?> FindAsync(string user)
    {
        if (_registered.TryGetValue(user, out string? incarnation))
        {
            return Actor(user, incarnation);
        }

        Account? account = await directory.FindAsync(user);
        if (account is { Guest: false })
        {
            Remember(account);
        }

        return account is null ? null : Actor(user, account.Incarnation);
    }

    /// <summary>Whoever holds a name, made if nobody does.</summary>
    /// <exception cref="StorageUnavailableException">Storage did not answer.</exception>
    public async Task<Actor> EnsureAsync(string user)
    {
        if (await FindAsync(user) is { } found)
        {
            return found;
        }

        Result<Account> registered = await directory.RegisterAsync(user, string.Empty);
        if (registered.IsOk)
        {
            Remember(registered.Value);
            return Actor(user, registered.Value.Incarnation);
        }

        // Somebody else was faster.
        return registered.Error.Code == ChatError.NameTaken.Code && await FindAsync(user) is { } other
            ? other
            : throw new StorageUnavailableException($"The name {user} could not be registered: {registered.Error.Name}.");
    }

    /// <summary>Looks the next time again: a storage that was rolled back may not know the name any more.</summary>
    public void Forget(string user) => _registered.TryRemove(user, out _);

    /// <summary>As commands name their caller. A back end holds no token of the user's.</summary>
    public static Caller Caller(Actor actor) => new(actor, new TokenClaims(actor.User, actor.Incarnation, string.Empty, 0, 0));

    private Actor Actor(string user, string incarnation) => new(user, incarnation, node.Current);

    private void Remember(Account account)
    {
        if (_registered.Count >= MaxRemembered)
        {
            _registered.Clear();
        }

        _registered[account.User] = account.Incarnation;
    }
}
