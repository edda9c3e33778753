using OrleansChat.Cli.Live;
using OrleansChat.Client;
using OrleansChat.Client.Tests;

namespace OrleansChat.Cli.Tests;

public sealed class PresenceBoardTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly List<string> _shown = [];
    private readonly PresenceBoard _board;

    public PresenceBoardTests() => _board = new PresenceBoard(news => _shown.Add($"{news.User} {news.State}"), _time);

    public void Dispose() => _board.Dispose();

    [Fact]
    public void State_is_shown_once_it_has_lasted()
    {
        Change("online");
        Assert.Empty(_shown);
        _time.Advance(PresenceBoard.Settled);

        Assert.Equal(["bob online"], _shown);
    }

    [Fact]
    public void Coming_and_going_is_no_news()
    {
        _board.Know("bob", "offline");
        for (int visit = 0; visit < 100; visit++)
        {
            Change("online");
            Change("offline");
        }

        _time.Advance(PresenceBoard.Settled);
        Assert.Empty(_shown);
    }

    [Fact]
    public void Last_state_is_the_one_that_is_shown()
    {
        Change("online");
        Change("away");
        _time.Advance(PresenceBoard.Settled);
        Change("online");
        _time.Advance(PresenceBoard.Settled);

        Assert.Equal(["bob away", "bob online"], _shown);
    }

    private void Change(string state) => _board.Change(new PresenceEvent("bob", state, null, null));
}
