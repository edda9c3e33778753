using Orleans;
using OrleansChat.Conversations;
using OrleansChat.Groups;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>
/// The public group that everybody hears. It is created on demand and belongs to a registered name without a password, as whom nobody can
/// sign in: otherwise the first visitor would own it, and could delete it.
/// </summary>
internal sealed class LobbyGroup(IGrainFactory grains, IUserDirectory directory, IMessageLog log)
{
    public const string Name = "lobby";

    private const string Keeper = "lobby-keeper";

    private volatile bool _exists;

    public static ConversationId Id { get; } = ConversationId.Group(Name);

    /// <summary>Makes sure that the group exists.</summary>
    public async Task<ChatError?> EnsureAsync()
    {
        if (_exists)
        {
            return null;
        }

        Result<LogRange> found = await log.ReadAsync(Id, null, 0, 0, null);
        ChatError? error = found.Error;
        if (found.Value is { Last: 0 } || error?.Code == ChatError.NoSuchConversation.Code)
        {
            error = await CreateAsync();
        }

        _exists = error is null;
        return error;
    }

    /// <summary>Lets somebody in; who is in already stays in.</summary>
    public async Task<ChatError?> JoinAsync(Actor actor) =>
        (await grains.GetGrain<IGroupGrain>(Name).Apply(new GroupCommand(ToAll(actor), GroupVerb.Join))).Error;

    /// <summary>Lets somebody out.</summary>
    public async Task<ChatError?> LeaveAsync(Actor actor) =>
        (await grains.GetGrain<IGroupGrain>(Name).Apply(new GroupCommand(ToAll(actor), GroupVerb.Leave))).Error;

    private async Task<ChatError?> CreateAsync()
    {
        Result<Account> keeper = await directory.RegisterAsync(Keeper, string.Empty);
        if (!keeper.IsOk && keeper.Error.Code != ChatError.NameTaken.Code)
        {
            return keeper.Error;
        }

        Result<Appended> created = await grains.GetGrain<IGroupGrain>(Name)
            .Create(new Actor(Keeper, string.Empty, string.Empty), new GroupSettings("Lobby", JoinPolicy.Open, Public: true), []);
        return created.Error?.Code == ChatError.NameTaken.Code ? null : created.Error;
    }

    // Entries that are made here come to this node by announcement, like to every other.
    private static Actor ToAll(Actor actor) => actor with { Node = string.Empty };
}
