using OrleansChat.Chaos.Clients;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Users;

namespace OrleansChat.Chaos.Mutants;

/// <summary>A conversation comes into a member's list some time after membership, which is never when the node dies in between.</summary>
internal sealed class LateLists(IUserDirectory directory, NodeBoard board) : IUserDirectory
{
    private const int LateMilliseconds = 2000;
    private readonly Errands _later = new();

    public Task<Result<Account>> RegisterAsync(string user, string passwordHash) => directory.RegisterAsync(user, passwordHash);

    public Task<Result<Account>> ClaimGuestAsync(string user) => directory.ClaimGuestAsync(user);

    public Task<Result<Account>> RegisterGuestAsync(string user, string incarnation, string passwordHash) =>
        directory.RegisterGuestAsync(user, incarnation, passwordHash);

    public Task<Account?> FindAsync(string user) => directory.FindAsync(user);

    public Task<Result<Done>> SetPasswordAsync(string user, string expected, string passwordHash) => directory.SetPasswordAsync(user, expected, passwordHash);

    public Task<Page<string>> ListAsync(string prefix, string? after, int limit) => directory.ListAsync(prefix, after, limit);

    public Task<IReadOnlyDictionary<string, long>> ConversationsAsync(string user) => directory.ConversationsAsync(user);

    public async Task<Result<NewListing>> AddConversationAsync(string user, ConversationId conversation)
    {
        if (await directory.FindAsync(user) is not { } account)
        {
            return ChatError.NoSuchUser;
        }

        board.CountPlanted();
        _later.Add(AddLaterAsync(user, conversation));
        return new NewListing(account.Incarnation);
    }

    public Task RemoveConversationAsync(string user, ConversationId conversation) => directory.RemoveConversationAsync(user, conversation);

    public Task DropStaleConversationAsync(string user, ConversationId conversation) => directory.DropStaleConversationAsync(user, conversation);

    private async Task AddLaterAsync(string user, ConversationId conversation)
    {
        await Pace.ForAsync(LateMilliseconds);
        try
        {
            await directory.AddConversationAsync(user, conversation);
        }
        catch (StorageUnavailableException)
        {
            // It is not in the list then: that is the bug.
        }
    }
}
