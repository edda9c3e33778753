using Microsoft.Extensions.Logging.Abstractions;
using OrleansChat.Conversations;
using OrleansChat.Grains.Calls;
using OrleansChat.Testing;

namespace OrleansChat.Grains.Tests;

public sealed class SendLaneTests
{
    private readonly List<string[]> _calls = [];
    private readonly Queue<TaskCompletionSource> _gates = new();
    private int _ended;

    [Fact]
    public async Task One_call_is_under_way_and_what_comes_meanwhile_goes_with_the_next_in_its_order()
    {
        TaskCompletionSource first = Gate();
        SendLane lane = Lane();
        Task<SendReply>[] replies = [.. Enumerable.Range(0, 100).Select(i => Send(lane, $"c{i}"))];
        Assert.Equal([["c0"]], _calls);

        first.SetResult();
        SendReply[] answers = await Task.WhenAll(replies).WithinAsync(what: "the replies");

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i}"), _calls.SelectMany(call => call));
        Assert.Equal([1, AppendBatch.MaxSends, 99 - AppendBatch.MaxSends], _calls.Select(call => call.Length));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), answers.Select(answer => answer.Seq));
    }

    [Fact]
    public async Task A_lane_in_which_nothing_waits_ends_and_takes_no_more()
    {
        SendLane lane = Lane();
        await Send(lane, "c0").WithinAsync(what: "the reply");

        await Eventually.TrueAsync(() => Volatile.Read(ref _ended) == 1);
        Assert.False(lane.TrySend(Request("c1"), out _));
    }

    [Fact]
    public async Task What_waits_behind_a_call_that_had_no_answer_is_unavailable_and_never_sent()
    {
        TaskCompletionSource first = Gate();
        SendLane lane = Lane();
        Task<SendReply> lost = Send(lane, "c0");
        Task<SendReply> behind = Send(lane, "c1");

        first.SetException(new StorageUnavailableException());

        Assert.Equal(ChatError.Unavailable, (await lost.WithinAsync(what: "the reply")).Error);
        Assert.Equal(ChatError.Unavailable, (await behind.WithinAsync(what: "the reply")).Error);
        Assert.Equal([["c0"]], _calls);
    }

    [Fact]
    public async Task More_than_may_wait_are_refused()
    {
        TaskCompletionSource first = Gate();
        SendLane lane = Lane(maxPending: 2);
        Task<SendReply>[] replies = [.. Enumerable.Range(0, 4).Select(i => Send(lane, $"c{i}"))];

        Assert.Equal(ChatError.RateLimited, (await replies[3].WithinAsync(what: "the refusal")).Error);
        first.SetResult();
        Assert.All(await Task.WhenAll(replies[..3]).WithinAsync(what: "the replies"), reply => Assert.Null(reply.Error));
    }

    private static SendRequest Request(string clientId) => new(new Actor("ann", string.Empty, string.Empty), clientId, 0, ReadOnlyMemory<byte>.Empty);

    private static Task<SendReply> Send(SendLane lane, string clientId)
    {
        Assert.True(lane.TrySend(Request(clientId), out Task<SendReply>? reply));
        return reply;
    }

    // The next call waits for it.
    private TaskCompletionSource Gate()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _gates.Enqueue(gate);
        return gate;
    }

    private SendLane Lane(int maxPending = 1000) =>
        new(CallAsync, maxPending, _ => Interlocked.Increment(ref _ended), NullLogger.Instance);

    private async Task<IReadOnlyList<SendReply>> CallAsync(IReadOnlyList<SendRequest> requests)
    {
        _calls.Add([.. requests.Select(request => request.ClientId)]);
        if (_gates.TryDequeue(out TaskCompletionSource? gate))
        {
            await gate.Task;
        }

        return [.. requests.Select(request => new SendReply(null, "e", long.Parse(request.ClientId[1..], System.Globalization.CultureInfo.InvariantCulture), 0, false))];
    }
}
