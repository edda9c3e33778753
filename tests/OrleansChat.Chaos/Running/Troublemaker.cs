using System.Net.Sockets;
using OrleansChat.Chaos.Checking;
using OrleansChat.Chaos.Clients;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Running;

/// <summary>Kicks and invites, mutes, blocks, leaves, edits, deletes, reacts, reads and claims names while everybody sends.</summary>
internal sealed class Troublemaker(ChaosCluster cluster, Recorder recorder, Cast cast, int seed)
{
    /// <summary>What the names begin with that are claimed.</summary>
    public const string ClaimPrefix = "claim";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Random _random = new(seed);
    private int _claims;

    /// <summary>How many commands it gave.</summary>
    public int Count { get; private set; }

    /// <summary>Goes on until the end, and leaves nobody kicked, muted or blocked.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        Func<Task>[] all = [KickAsync, KickAsync, MuteAsync, BlockAsync, LeaveAsync, ChangeAsync, ChangeAsync, ReadAsync, ReadAsync, ClaimAsync, ResyncAsync];
        while (!end.IsCancellationRequested)
        {
            Count++;
            await all[_random.Next(all.Length)]();
            await Pace.ForAsync(_random.Next(20, 150), CancellationToken.None);
        }
    }

    private NativeActor Owner => cast.Natives[0];

    private NativeActor Victim => cast.Natives[1 + _random.Next(cast.Natives.Count - 1)];

    private async Task KickAsync()
    {
        NativeActor victim = Victim;
        await TryAsync(Owner, "group.kick", "group.kick", victim.User);
        victim.Outbox.SendNow(Cast.Room);
        await Pace.ForAsync(_random.Next(0, 400));
        await UntilAsync(() => TryAsync(Owner, "group.invite", "group.invite", victim.User));
    }

    private async Task MuteAsync()
    {
        NativeActor victim = Victim;
        await TryAsync(Owner, "group.mute", "group.mute", victim.User, until: DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());
        victim.Outbox.SendNow(Cast.Room);
        await Pace.ForAsync(_random.Next(0, 400));
        await UntilAsync(() => TryAsync(Owner, "group.unmute", "group.mute", victim.User, until: 0));
    }

    private async Task LeaveAsync()
    {
        NativeActor victim = Victim;
        await TryAsync(victim, "group.leave", "group.leave", null);
        await UntilAsync(() => TryAsync(victim, "group.join", "group.join", null));
    }

    private async Task BlockAsync()
    {
        (NativeActor one, NativeActor other, string conversation) = cast.Pair(_random);
        Task<bool> Set(string command) => AskedAsync(one.AskAsync(
            new Question(command, conversation, Target: other.User), command, writer => writer.WriteString("user", other.User)));
        await Set("block");
        other.Outbox.SendNow(conversation);
        await Pace.ForAsync(_random.Next(0, 400));
        await UntilAsync(() => Set("unblock"));
    }

    private async Task ChangeAsync()
    {
        NativeActor author = cast.Natives[_random.Next(cast.Natives.Count)];
        if (author.Outbox.Own(_random) is not var (conversation, seq))
        {
            return;
        }

        int kind = _random.Next(3);
        string command = kind switch { 0 => "edit", 1 => "react", _ => "delete" };
        await AskedAsync(author.AskAsync(new Question(command, conversation, Seq: seq), command, writer =>
        {
            writer.WriteString("conversation", conversation);
            writer.WriteNumber("seq", seq);
            if (kind == 0)
            {
                writer.WriteString("text", $"edited {Count}");
            }
            else if (kind == 1)
            {
                writer.WriteString("emoji", "\U0001F44D");
                writer.WriteBoolean("on", true);
            }
        }));
    }

    private async Task ReadAsync()
    {
        NativeActor reader = cast.Natives[_random.Next(cast.Natives.Count)];
        IReadOnlyList<string> conversations = cast.Conversations(reader);
        string conversation = conversations[_random.Next(conversations.Count)];

        // Often a number that was read long ago: a device that lags behind.
        long seq = reader.LastSeen(conversation) - _random.Next(0, 30);
        if (seq > 0)
        {
            await AskedAsync(reader.AskAsync(new Question("read", conversation, Seq: seq), "read", writer =>
            {
                writer.WriteString("conversation", conversation);
                writer.WriteNumber("seq", seq);
            }));
            await reader.CountAsync();
        }
    }

    private Task ResyncAsync()
    {
        cast.Natives[_random.Next(cast.Natives.Count)].Resync(_random.Next(0, 10));
        return Task.CompletedTask;
    }

    /// <summary>Two ask two nodes for one name at the same time.</summary>
    private async Task ClaimAsync()
    {
        string name = $"{ClaimPrefix}{++_claims}";
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async i =>
        {
            using HttpClient http = new() { BaseAddress = cluster.Nodes[i % cluster.Nodes.Count].Url, Timeout = Patience };
            bool won;
            long asked = recorder.Now;
            try
            {
                won = (await new ChatRest(http).CreateUserAsync(name, ChaosCluster.Password)).Name == name;
            }
            catch (Exception refused) when (refused is ChatException or HttpRequestException or SocketException or OperationCanceledException)
            {
                won = false;
            }

            recorder.Write(at => new Claimed(at, $"claimant{i}/{name}", name, won, asked));
        }));
    }

    private static Task<bool> TryAsync(NativeActor actor, string command, string wire, string? user, long? until = null) =>
        AskedAsync(actor.AskAsync(new Question(command, Cast.Room, Target: user), wire, writer =>
        {
            writer.WriteString("group", Cast.RoomId);
            if (user is not null)
            {
                writer.WriteString("user", user);
            }

            if (until is { } time)
            {
                writer.WriteNumber("until", time);
            }
        }));

    /// <summary>Whether there was an answer that says yes or no for good.</summary>
    private static async Task<bool> AskedAsync(Task<NativeReply?> asking)
    {
        try
        {
            return await asking.WaitAsync(Patience) is { } reply && reply.Error is not { Retry: true };
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task UntilAsync(Func<Task<bool>> done)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await done() && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
        {
            await Pace.ForAsync(_random.Next(50, 200));
        }
    }
}
