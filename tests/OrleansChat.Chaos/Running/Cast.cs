using OrleansChat.Chaos.Clients;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Running;

/// <summary>Everybody, and the conversations between them: one group with all, one with half, and direct ones around a ring.</summary>
internal sealed class Cast(IReadOnlyList<NativeActor> natives, IReadOnlyList<LibraryActor> libraries, IReadOnlyList<IActor> webs, IReadOnlyList<IActor> others)
{
    public const string RoomId = "room";
    public const string Room = $"group:{RoomId}";
    private const string SideId = "side";
    public const string Side = $"group:{SideId}";

    public IReadOnlyList<NativeActor> Natives => natives;

    public IReadOnlyList<LibraryActor> Libraries => libraries;

    /// <summary>Those at further doors that show numbers, so that what they have heard can be compared with the log.</summary>
    public IReadOnlyList<IActor> Webs => webs;

    public IEnumerable<IActor> All => [.. natives, .. libraries, .. webs, .. others];

    public IEnumerable<string> AllConversations => natives.SelectMany(Conversations).Distinct();

    public IReadOnlyList<string> Conversations(NativeActor actor)
    {
        int at = Index(actor);
        List<string> all = [Room, Direct(actor, natives[(at + 1) % natives.Count]), Direct(actor, natives[(at + natives.Count - 1) % natives.Count])];
        if (InSide(at))
        {
            all.Add(Side);
        }

        return [.. all.Distinct()];
    }

    /// <summary>Two neighbours and their direct conversation.</summary>
    public (NativeActor One, NativeActor Other, string Conversation) Pair(Random random)
    {
        int at = random.Next(natives.Count);
        (NativeActor one, NativeActor other) = (natives[at], natives[(at + 1) % natives.Count]);
        return (one, other, Direct(one, other));
    }

    /// <summary>Makes the groups, and opens the direct conversations.</summary>
    public async Task GatherAsync()
    {
        foreach (NativeActor actor in natives)
        {
            await Eventually.TrueAsync(() => actor.Link is not null, what: $"{actor.Client} connects");
        }

        string[] everybody = [.. All.Skip(1).Select(actor => actor.Client.Split('/')[0]).Distinct()];
        string[] some = [.. natives.Where((_, i) => InSide(i)).Select(actor => actor.User).Skip(1)];
        await DoneAsync(natives[0], owner => owner.CreateGroupAsync(RoomId, join: "open", members: everybody), "the group");
        await DoneAsync(natives[0], owner => owner.CreateGroupAsync(SideId, join: "open", members: some), "the other group");
        for (int i = 0; i < natives.Count; i++)
        {
            NativeActor other = natives[(i + 1) % natives.Count];
            await DoneAsync(natives[i], one => one.OpenAsync(other.User), "a direct conversation");
        }
    }

    /// <summary>Asks once more when the connection was lost on a busy machine: what was made by then is there.</summary>
    private static Task DoneAsync(NativeActor actor, Func<NativeConnection, Task> ask, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (actor.Link is not { } link)
            {
                return false;
            }

            try
            {
                await ask(link.Chat);
                return true;
            }
            catch (ChatException refused) when (refused.Retry || refused.Name == "name_taken")
            {
                return !refused.Retry;
            }
        },
        what: what);

    private static bool InSide(int at) => at % 2 == 0;

    private static string Direct(NativeActor one, NativeActor other) =>
        string.CompareOrdinal(one.User, other.User) <= 0 ? $"dm:{one.User}:{other.User}" : $"dm:{other.User}:{one.User}";

    private int Index(NativeActor actor) => natives.Index().First(item => item.Item == actor).Index;
}
