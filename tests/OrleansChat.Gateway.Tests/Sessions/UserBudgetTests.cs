using OrleansChat.Gateway.Sessions;
using OrleansChat.Gateway.Tests.Simulation;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Sessions;

/// <summary>How a node uses what it takes of users' budgets.</summary>
public sealed class UserBudgetTests
{
    private readonly VirtualTime _time = new();
    private readonly ScriptedBudget _storage = new();

    [Fact]
    public async Task A_share_is_used_up_before_more_is_asked_for()
    {
        UserBudgets budgets = Open();
        _storage.Give(3, 1);

        for (int i = 0; i < 4; i++)
        {
            Assert.True(await budgets.TryTakeAsync("alice"));
        }

        Assert.Equal(["alice 1", "alice 1"], _storage.Asked);
    }

    [Fact]
    public async Task A_refusal_is_remembered_until_there_is_a_token_again()
    {
        UserBudgets budgets = Open();
        _storage.Refuse(TimeSpan.FromMilliseconds(200));

        Assert.False(await budgets.TryTakeAsync("alice"));
        Assert.False(await budgets.TryTakeAsync("alice"));
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(await budgets.TryTakeAsync("alice"));
        _storage.Give(1);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await budgets.TryTakeAsync("alice"));

        Assert.Equal(2, _storage.Asked.Count);
    }

    [Fact]
    public async Task Users_do_not_share()
    {
        UserBudgets budgets = Open();
        _storage.Refuse(TimeSpan.FromSeconds(1));
        _storage.Give(1);

        Assert.False(await budgets.TryTakeAsync("alice"));
        Assert.True(await budgets.TryTakeAsync("bob"));
    }

    [Fact]
    public async Task What_is_left_of_an_old_share_is_not_used()
    {
        UserBudgets budgets = Open();
        _storage.Give(10);
        await budgets.TryTakeAsync("alice");
        _time.Advance(TimeSpan.FromSeconds(5));
        _storage.Refuse(TimeSpan.FromSeconds(1));

        Assert.False(await budgets.TryTakeAsync("alice"));
    }

    [Fact]
    public async Task Sends_that_wait_go_on_in_the_order_in_which_they_came_with_one_question_for_all()
    {
        UserBudgets budgets = Open();
        TaskCompletionSource<BudgetShare> first = _storage.Wait();
        TaskCompletionSource<BudgetShare> second = _storage.Wait();
        var went = new List<int>();
        Task[] sends = [.. Enumerable.Range(0, 5).Select(GoAsync)];

        first.SetResult(new BudgetShare(1, TimeSpan.Zero));
        Assert.Equal([0], went);
        second.SetResult(new BudgetShare(3, TimeSpan.Zero));
        Assert.Equal([0, 1, 2, 3], went);
        Assert.False(sends[4].IsCompleted);
        _storage.Waiting.SetResult(new BudgetShare(0, TimeSpan.FromSeconds(1)));
        await Task.WhenAll(sends);

        Assert.Equal([0, 1, 2, 3, -4], went);
        Assert.Equal(["alice 1", "alice 4", "alice 1"], _storage.Asked);

        async Task GoAsync(int i) => went.Add(await budgets.TryTakeAsync("alice") ? i : -i);
    }

    [Fact]
    public async Task Sends_that_came_together_take_what_there_is_with_one_question()
    {
        UserBudgets budgets = Open();
        _storage.Give(5);
        Assert.Equal(3, await budgets.TakeAsync("alice", 3));

        // Two are held; of the other four there are three, and then none.
        TaskCompletionSource<BudgetShare> share = _storage.Wait();
        Task<int> six = budgets.TakeAsync("alice", 6).AsTask();
        Task<int> two = budgets.TakeAsync("alice", 2).AsTask();
        share.SetResult(new BudgetShare(3, TimeSpan.Zero));
        Assert.False(six.IsCompleted);
        _storage.Waiting.SetResult(new BudgetShare(0, TimeSpan.FromSeconds(1)));

        Assert.Equal((5, 0), (await six, await two));
        Assert.Equal(["alice 3", "alice 4", "alice 3"], _storage.Asked);
        Assert.Equal(0, await budgets.TakeAsync("alice", 2));
    }

    [Fact]
    public async Task Storage_that_is_away_is_told_to_those_who_wait_and_asked_again_later()
    {
        UserBudgets budgets = Open();
        TaskCompletionSource<BudgetShare> answer = _storage.Wait();
        Task<bool> one = budgets.TryTakeAsync("alice").AsTask();
        Task<bool> other = budgets.TryTakeAsync("alice").AsTask();

        answer.SetException(new StorageUnavailableException());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => one);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => other);

        _storage.Give(1);
        Assert.True(await budgets.TryTakeAsync("alice"));
    }

    [Fact]
    public async Task Who_sent_long_ago_is_forgotten()
    {
        UserBudgets budgets = Open();
        for (int i = 0; i < 5000; i++)
        {
            _storage.Give(2);
            await budgets.TryTakeAsync($"user{i}");
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(budgets.Count, 1, 2048);
    }

    [Fact]
    public void Without_a_limit_nothing_is_counted() => Assert.False(new UserBudgets(_storage, new GatewayOptions(), _time).AreOn);

    private UserBudgets Open() =>
        new(_storage, new GatewayOptions { Limits = new ChatLimits { UserMessagesPerSecond = 5 } }, _time);

    private sealed class ScriptedBudget : ISendBudget
    {
        private readonly Queue<Task<BudgetShare>> _answers = new();

        public List<string> Asked { get; } = [];

        public TaskCompletionSource<BudgetShare> Waiting { get; } = new();

        public void Give(params int[] tokens)
        {
            foreach (int some in tokens)
            {
                _answers.Enqueue(Task.FromResult(new BudgetShare(some, TimeSpan.Zero)));
            }
        }

        public void Refuse(TimeSpan wait) => _answers.Enqueue(Task.FromResult(new BudgetShare(0, wait)));

        public TaskCompletionSource<BudgetShare> Wait()
        {
            var answer = new TaskCompletionSource<BudgetShare>();
            _answers.Enqueue(answer.Task);
            return answer;
        }

        public Task<BudgetShare> TakeAsync(string user, int needed)
        {
            Asked.Add($"{user} {needed}");
            return _answers.TryDequeue(out Task<BudgetShare>? answer) ? answer : Waiting.Task;
        }
    }
}
