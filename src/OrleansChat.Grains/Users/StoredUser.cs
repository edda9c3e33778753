using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansChat.Grains.Users;

/// <summary>A user's stored state: read before use, written with up to three attempts when another activation was faster.</summary>
internal sealed class StoredUser(IPersistentState<UserState> stored)
{
    private const int Attempts = 3;

    /// <summary>The state of this incarnation; an empty one when what is stored belongs to an earlier guest of the name.</summary>
    public async Task<UserState> ReadAsync(string incarnation)
    {
        await stored.ReadStateAsync();
        return Of(incarnation);
    }

    /// <summary>Changes the state and writes it. The change may run several times.</summary>
    public async Task<UserState> ChangeAsync(string incarnation, Func<UserState, UserState> change)
    {
        for (int attempt = 1; ; attempt++)
        {
            UserState before = stored.State;
            stored.State = change(Of(incarnation));
            try
            {
                await stored.WriteStateAsync();
                return stored.State;
            }
            catch (InconsistentStateException) when (attempt < Attempts)
            {
                await stored.ReadStateAsync();
            }
            catch
            {
                // What was not written must not be shown.
                stored.State = before;
                throw;
            }
        }
    }

    private UserState Of(string incarnation) =>
        stored.State.Incarnation == incarnation ? stored.State : new UserState { Incarnation = incarnation };
}
