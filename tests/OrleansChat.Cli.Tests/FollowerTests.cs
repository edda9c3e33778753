using OrleansChat.Cli.Live;
using OrleansChat.Cli.Terminal;
using OrleansChat.Client;
using OrleansChat.Client.Tests;
using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

/// <summary>The seams between what is read from the history and what comes live, with servers that do what the test says.</summary>
public sealed class FollowerTests : ClientTest
{
    private const string Club = "group:club";

    private readonly StringWriter _output = new() { NewLine = "\n" };

    private IEnumerable<string> Shown
    {
        get
        {
            lock (_output)
            {
                return _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0] == "*" ? line : line.Split(' ')[0]);
            }
        }
    }

    [Fact]
    public async Task What_the_history_has_shown_is_not_repeated_when_it_comes_live()
    {
        ScriptedSession session = await ConnectAsync(ScriptedSession.Summary(Dm, last: 2));
        using Follower follower = Follow();
        follower.Begin(Dm, "e", shown: 4);

        _ = follower.RunAsync(default);
        await session.MessagesAsync(Dm, 3, 4, 5, 6);

        await ShowsAsync("#5", "#6");
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_read_from_the_history()
    {
        ScriptedSession session = await ConnectAsync(ScriptedSession.Summary(Dm, last: 2));
        using Follower follower = Follow();
        _ = follower.RunAsync(default);
        await session.MessagesAsync(Dm, 3);
        await ShowsAsync("#3");

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, last: 6), $"\"{Dm}\":false");
        await next.MessagesAsync(Dm, 7);
        await AnswerHistoryAsync(next, after: 3, from: 4, to: 5, last: 7, more: true, Message(4), Message(5));
        await AnswerHistoryAsync(next, after: 5, from: 6, to: 7, last: 7, more: false, Message(6), Message(7));
        await next.MessagesAsync(Dm, 8);

        await ShowsAsync("#3", "#4", "#5", "#6", "#7", "#8");
    }

    [Fact]
    public async Task What_is_not_kept_any_more_is_named()
    {
        ScriptedSession session = await ConnectAsync(ScriptedSession.Summary(Dm, last: 2));
        using Follower follower = Follow();
        _ = follower.RunAsync(default);

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, last: 9), $"\"{Dm}\":false");
        await AnswerHistoryAsync(next, after: 2, from: 9, to: 9, last: 9, more: false, Message(9));

        await ShowsAsync("* bob: #3 to #8 are not kept any more", "#9");
    }

    [Fact]
    public async Task Log_that_was_replaced_is_named_and_goes_on()
    {
        ScriptedSession session = await ConnectAsync(ScriptedSession.Summary(Dm, last: 5));
        using Follower follower = Follow();
        _ = follower.RunAsync(default);

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, last: 3, epoch: "f"), $"\"{Dm}\":false");
        await next.MessagesAsync(Dm, 4);

        await ShowsAsync("* bob was restored from an older copy: numbers after #3 begin anew", "#4");
    }

    [Fact]
    public async Task Conversation_that_began_without_a_connection_is_shown_from_its_beginning()
    {
        ScriptedSession session = await ConnectAsync();
        using Follower follower = Follow();
        _ = follower.RunAsync(default);

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, last: 2));
        await AnswerHistoryAsync(next, after: 0, from: 1, to: 2, last: 2, more: false, Message(1), Message(2));
        await next.MessagesAsync(Dm, 3);

        await ShowsAsync("#1", "#2", "#3");
    }

    [Fact]
    public async Task Group_joined_without_a_connection_is_shown_from_the_joining()
    {
        ScriptedSession session = await ConnectAsync();
        using Follower follower = Follow();
        _ = follower.RunAsync(default);

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Club, last: 3).Replace("direct", "group", StringComparison.Ordinal));
        await AnswerHistoryAsync(
            next, after: 0, from: 1, to: 3, last: 3, more: false,
            """{"conversation":"group:club","seq":1,"from":"bob","at":5,"kind":"system","data":{"type":"created","title":"Club","members":["bob"]}}""",
            """{"conversation":"group:club","seq":2,"from":"bob","at":5,"kind":"system","data":{"type":"joined","user":"alice","by":"bob"}}""",
            """{"conversation":"group:club","seq":3,"from":"bob","at":5,"kind":"text","text":"welcome"}""");

        await ShowsAsync("#2", "#3");
    }

    [Fact]
    public async Task Group_that_the_user_came_into_again_without_a_connection_goes_on_from_there()
    {
        string summary = ScriptedSession.Summary(Club, last: 3).Replace("direct", "group", StringComparison.Ordinal);
        ScriptedSession session = await ConnectAsync(summary);
        using Follower follower = Follow();
        _ = follower.RunAsync(default);
        await session.MessagesAsync(Club, 4);
        await session.SendAsync($$"""{"ev":"conversation.removed","conversation":"{{Club}}"}""");
        await ShowsAsync("#4", "* group:club: you are no longer in it");

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(summary.Replace("\"last\":3", "\"last\":7", StringComparison.Ordinal));
        await AnswerHistoryAsync(
            next, after: 4, from: 5, to: 7, last: 7, more: false,
            """{"conversation":"group:club","seq":5,"from":"bob","at":5,"kind":"text","text":"among us"}""",
            """{"conversation":"group:club","seq":6,"from":"bob","at":5,"kind":"system","data":{"type":"joined","user":"alice","by":"bob"}}""",
            """{"conversation":"group:club","seq":7,"from":"bob","at":5,"kind":"text","text":"welcome back"}""");

        await ShowsAsync("#4", "* group:club: you are no longer in it", "#6", "#7");
    }

    [Fact]
    public async Task Read_mark_that_was_lost_with_its_connection_is_set_on_the_next()
    {
        ScriptedSession session = await ConnectAsync(ScriptedSession.Summary(Dm, last: 3));
        using ReadMarks marks = new(Client, Dm);
        _ = marks.RunAsync(default);
        marks.Raise(2);
        await session.ExpectAsync("read");
        marks.Raise(3);

        session.Abort();
        ScriptedSession next = await Second.AcceptSyncedAsync(ScriptedSession.Summary(Dm, last: 3), $"\"{Dm}\":true");
        var again = await next.ExpectAsync("read");
        Assert.Equal(2, again.GetProperty("seq").GetInt64());
        await next.OkAsync(again, "{}");
        var last = await next.ExpectAsync("read");

        Assert.Equal(3, last.GetProperty("seq").GetInt64());
    }

    private static string Message(long seq) =>
        System.Text.Json.JsonElement.Parse(ScriptedSession.Message(Dm, seq)).GetProperty("message").GetRawText();

    private static async Task AnswerHistoryAsync(ScriptedSession session, long after, long from, long to, long last, bool more, params string[] messages)
    {
        var history = await session.ExpectAsync("history");
        Assert.Equal(after, history.GetProperty("after").GetInt64());
        await session.OkAsync(
            history, $$"""{"epoch":"e","last":{{last}},"messages":[{{string.Join(',', messages)}}],"from":{{from}},"to":{{to}},"more":{{(more ? "true" : "false")}}}""");
    }

    private Follower Follow()
    {
        Screen screen = new(new LockedWriter(_output), TextWriter.Null, json: false, colours: false);
        return new Follower(Client, new EventLines(screen, "alice", withPlace: false), screen, "alice");
    }

    private Task<string> ShowsAsync(params string[] lines) => Eventually.ValueAsync(
        () => Task.FromResult(string.Join("\n", Shown)), shown => shown == string.Join("\n", lines), what: string.Join(" ", lines));

    private sealed class LockedWriter(StringWriter inner) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void WriteLine(string? value)
        {
            lock (inner)
            {
                inner.WriteLine(value);
            }
        }
    }
}
