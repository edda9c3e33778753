using OrleansChat.Redis.Connections;
using OrleansChat.Testing;

namespace OrleansChat.Redis.Tests.Conversations;

/// <summary>Many who read much at once, and the few turns there are.</summary>
public sealed class ReadTurnsTests
{
    [Fact]
    public async Task Only_a_few_steps_are_under_way_and_turns_come_in_the_order_of_asking()
    {
        var turns = new ReadTurns(TimeSpan.FromMinutes(5), TimeProvider.System);
        TaskCompletionSource<bool>[] steps = [.. Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource<bool>())];
        List<int> begun = [];
        Task<bool>[] runs = [.. steps.Select((step, i) => turns.TryRunAsync(() =>
        {
            lock (begun)
            {
                begun.Add(i);
            }

            return step.Task;
        }))];

        for (int done = 0; done < steps.Length; done++)
        {
            int expected = Math.Min(steps.Length, done + 4);
            await Eventually.TrueAsync(() =>
            {
                lock (begun)
                {
                    return Task.FromResult(begun.Count == expected);
                }
            });
            Assert.Equal(Enumerable.Range(0, expected), begun.Order());
            steps[done].SetResult(done % 2 == 0);
            Assert.Equal(done % 2 == 0, await runs[done].WithinAsync());
        }
    }

    [Fact]
    public async Task Whoever_gets_no_turn_in_time_takes_no_step_and_a_step_that_fails_gives_its_turn_back()
    {
        var turns = new ReadTurns(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var blocked = new TaskCompletionSource<bool>();
        Task<bool>[] holders = [.. Enumerable.Range(0, 4).Select(_ => turns.TryRunAsync(() => blocked.Task))];

        Assert.False(await turns.TryRunAsync(() => throw new InvalidOperationException("It is nobody's turn.")).WithinAsync());
        blocked.SetException(new StorageUnavailableException("away"));
        foreach (Task<bool> holder in holders)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => holder.WithinAsync());
        }

        for (int i = 0; i < 8; i++)
        {
            Assert.True(await turns.TryRunAsync(() => Task.FromResult(true)).WithinAsync());
        }
    }
}
