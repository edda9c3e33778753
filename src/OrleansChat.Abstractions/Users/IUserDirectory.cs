namespace OrleansChat.Users;

/// <summary>Unique names and who holds them, the directory of users, and each user's list of conversations.</summary>
public interface IUserDirectory
{
    /// <summary>Claims a name for good. <see cref="ChatError.NameTaken"/> when anybody, also a guest, holds it.</summary>
    Task<Result<Account>> RegisterAsync(string user, string passwordHash);

    /// <summary>Claims a free name for a guest, with a new incarnation, held for 30 s until the first connection.</summary>
    Task<Result<Account>> ClaimGuestAsync(string user);

    /// <summary>
    /// Makes the guest who holds a name its registered owner. The incarnation stays, and with it memberships, tokens and sessions.
    /// <see cref="ChatError.Unauthenticated"/> when another incarnation holds the name, <see cref="ChatError.NameTaken"/> when it is registered already.
    /// </summary>
    Task<Result<Account>> RegisterGuestAsync(string user, string incarnation, string passwordHash);

    /// <summary>The account of a name; null when nobody holds it.</summary>
    Task<Account?> FindAsync(string user);

    /// <summary>Replaces the password's hash if it still is <paramref name="expected"/>; every token issued before stops being valid.</summary>
    Task<Result<Done>> SetPasswordAsync(string user, string expected, string passwordHash);

    /// <summary>Registered names that begin with a prefix, in ordinal order.</summary>
    Task<Page<string>> ListAsync(string prefix, string? after, int limit);

    /// <summary>The user's conversations (a superset: membership stands with each conversation) and since when, Unix milliseconds.</summary>
    Task<IReadOnlyDictionary<string, long>> ConversationsAsync(string user);

    /// <summary>
    /// Adds a conversation to the user's list and tells the nodes where the user is connected, in one step. Comes before membership.
    /// The answer is the user's present incarnation; <see cref="ChatError.NoSuchUser"/> when nobody holds the name.
    /// </summary>
    Task<Result<NewListing>> AddConversationAsync(string user, ConversationId conversation);

    /// <summary>Takes a conversation out of the user's list and tells the nodes where the user is connected. Comes after membership ended.</summary>
    Task RemoveConversationAsync(string user, ConversationId conversation);

    /// <summary>Takes an entry that is over a day old out of the user's list, of a conversation that the user turned out not to be a member of.</summary>
    Task DropStaleConversationAsync(string user, ConversationId conversation);
}

/// <summary>The answer of adding a conversation to a list.</summary>
/// <param name="Incarnation">The user's incarnation; empty for a registered user.</param>
public sealed record NewListing(string Incarnation);
