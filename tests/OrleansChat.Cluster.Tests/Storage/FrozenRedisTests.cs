using OrleansChat.Cluster.Tests.Support;
using OrleansChat.Testing;

namespace OrleansChat.Cluster.Tests.Storage;

using OrleansChat.Client;

/// <summary>Redis keeps its connections and answers nothing (SIGSTOP): what a machine that swaps, or a stalled disk, looks like.</summary>
public sealed class FrozenRedisTests
{
    private const string Group = "group:all";
    private const int Seconds = 10;

    /// <summary>Calls are made in so many of them: a step may take 2 s.</summary>
    private const int Calling = 8;

    [Fact]
    public async Task Redis_standing_still_for_ten_seconds_under_load_hangs_no_call_and_loses_and_doubles_nothing()
    {
        await using ChatCluster cluster = await ChatCluster.StartAsync();
        Member[] members = [.. await cluster.JoinAsync("north", 6, cluster.North), .. await cluster.JoinAsync("south", 6, cluster.South)];
        Session[] callers = [await cluster.OpenAsync("caller-n", cluster.North), await cluster.OpenAsync("caller-s", cluster.South)];
        await members[0].Chat.CreateGroupAsync("all", members: [.. members.Select(member => member.Name), .. callers.Select(caller => caller.Name)]);
        await using SteadyLoad load = new(members.Take(8), [Group], TimeSpan.FromMilliseconds(100));
        await load.EachAckedAsync(5);

        List<TimedCall> calls = await CallWhileFrozenAsync(cluster, callers);
        await load.EachAckedAsync(10);
        IReadOnlyList<Sent> sent = [.. await load.StopAsync(), .. await ResendAsync(calls)];

        string[] wrong = [.. calls.Where(call => call.Name != (call.Command == "ping" ? "ok" : "unavailable")).Select(call => call.ToString())];
        Assert.True(wrong.Length == 0, $"answered otherwise while nothing could answer: {string.Join("; ", wrong.Take(8))}");
        Transcript transcript = await Transcript.ReadAsync(members[^1].Chat, Group);
        transcript.AssertKept(sent);
        await Task.WhenAll(members.Select(member => transcript.AssertHeardAsync(member.Recorder)));
        await Task.WhenAll(callers.Select(caller => transcript.AssertHeardAsync(caller.Recorder)));
        Assert.All(members, member => Assert.Empty(member.Recorder.Of<ConversationResetEvent>()));
    }

    /// <summary>
    /// Stops Redis, calls every second on both nodes, in one of them with many sends at once, and lets Redis go on after ten seconds, when
    /// every call has been answered: one that hangs would only be answered after that.
    /// </summary>
    private static async Task<List<TimedCall>> CallWhileFrozenAsync(ChatCluster cluster, Session[] callers)
    {
        List<Task<TimedCall>> calls = [];
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        cluster.Redis.Server.Pause();
        try
        {
            long frozen = TimeProvider.System.GetTimestamp();
            for (int second = 0; second < Calling; second++)
            {
                foreach (Session caller in callers)
                {
                    int sends = second == 3 ? 100 : 1;
                    calls.AddRange(Enumerable.Range(0, sends).Select(i => TimedCall.SendAsync(caller, frozen, Group, $"{caller.Name}.{second}.{i}")));
                    calls.Add(TimedCall.RunAsync(caller, frozen, "history", writer => writer.WriteString("conversation", Group)));
                    calls.Add(TimedCall.RunAsync(caller, frozen, "group.members", writer => writer.WriteString("group", "all")));
                    calls.Add(TimedCall.RunAsync(caller, frozen, "who"));
                    calls.Add(TimedCall.RunAsync(caller, frozen, "ping"));
                }

                await timer.WaitForNextTickAsync();
            }

            TimedCall[] answered = await Task.WhenAll(calls).WithinAsync(what: "the answers to all calls, while Redis stands still");
            while (TimeProvider.System.GetElapsedTime(frozen) < TimeSpan.FromSeconds(Seconds))
            {
                await timer.WaitForNextTickAsync();
            }

            return [.. answered];
        }
        finally
        {
            cluster.Redis.Server.Resume();
        }
    }

    /// <summary>Sends everything again with the same client ids: what was executed nevertheless is recognised.</summary>
    private static async Task<IEnumerable<Sent>> ResendAsync(List<TimedCall> calls)
    {
        List<Sent> sent = [];
        foreach (TimedCall call in calls.Where(call => call.Command == "send"))
        {
            SendAck ack = await call.Caller.SendAsync(Group, call.ClientId!, $"text of {call.ClientId}").WithinAsync(what: "a resend");
            sent.Add(new Sent(Group, call.Caller.Name, call.ClientId!, ack));
        }

        return sent.OrderBy(one => one.Ack.Seq);
    }
}
