using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

public sealed class TalkTests(ChatFixture chat)
{
    [Fact]
    public async Task Two_people_talk_through_pipes_each_line_once_and_in_order()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await ben.DoAsync("send", ann.Name, "before");
        await using ChatProcess left = ann.Start("talk", ben.Name);
        await using ChatProcess right = ben.Start("talk", ann.Name);
        await Task.WhenAll(left.ShowsAsync("before"), right.ShowsAsync("before"));

        for (int round = 1; round <= 5; round++)
        {
            await left.WriteLineAsync($"ping {round}");
            await right.ShowsAsync($"ping {round}");
            await right.WriteLineAsync($"pong {round}");
            await left.ShowsAsync($"pong {round}");
        }

        left.EndInput();
        right.EndInput();
        string[] expected = ["before", .. Enumerable.Range(1, 5).SelectMany(round => new[] { $"ping {round}", $"pong {round}" })];
        foreach (Ran ran in new[] { await left.EndAsync(), await right.EndAsync() })
        {
            Assert.Equal(0, ran.Code);
            Assert.Equal(expected, ran.Lines.Where(line => line.StartsWith('#')).Select(Said));
        }

        Assert.Empty(await ann.DoAsync("unseen"));
        Assert.Contains("(seen)", (await ann.DoAsync("read", ben.Name)).Single(line => line.Contains("ping 5", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_of_input_waits_until_every_line_is_stored_and_shown()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        string[] lines = ["/quit", .. Enumerable.Range(2, 299).Select(n => $"line {n}")];

        Ran ran = await ann.RunAsync(["talk", ben.Name, "--json"], string.Concat(lines.Select(line => line + "\r\n")));

        Assert.Equal((0, ""), (ran.Code, ran.Errors));
        Assert.Equal(lines, Texts(ran.Lines));
        Assert.Equal("300", (await ben.DoAsync("unseen"))[0].Split("  ")[1]);
        Assert.Equal(lines[100..], (await ben.DoAsync("read", ann.Name, "-n", "200", "--json")).Select(line => Json.Text(line, "text")));
    }

    [Fact]
    public async Task Talk_goes_on_through_the_death_of_its_node_without_loss_or_repeat()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await using ServerProcess node = await chat.StartNodeAsync();
        string both = $"{node.Url},{chat.Server.Url}";
        await using ChatProcess left = ann.Start("talk", ben.Name, "--json", "--server", both);
        await using ChatProcess right = ben.Start("talk", ann.Name, "--json", "--server", both);
        await left.WriteLineAsync("left 0");
        await right.WriteLineAsync("right 0");
        await Task.WhenAll(left.ShowsAsync("right 0"), right.ShowsAsync("left 0"));

        Task writing = Task.WhenAll(
            left.WriteAsync(string.Concat(Enumerable.Range(1, 200).Select(n => $"left {n}\n"))),
            right.WriteAsync(string.Concat(Enumerable.Range(1, 200).Select(n => $"right {n}\n"))));
        await left.ShowsAsync("right 50");
        await node.KillAsync();

        // Everything may have been said already: who does not notice before the end of the input has nothing to tell.
        await Task.WhenAll(left.SaysAsync("reconnecting"), right.SaysAsync("reconnecting"));
        await writing;
        left.EndInput();
        await Task.WhenAll(right.ShowsAsync("left 200"), right.ShowsAsync("right 200"));
        right.EndInput();

        Ran[] ran = [await left.EndAsync(), await right.EndAsync()];
        Assert.All(ran, end => Assert.Equal(0, end.Code));
        Assert.All(ran, end => Assert.Contains("reconnecting", end.Errors, StringComparison.Ordinal));
        string?[] all = [.. Texts(ran[1].Lines)];
        Assert.Equal(402, all.Length);
        Assert.Equal(Enumerable.Range(0, 201).Select(n => $"left {n}"), all.Where(text => text!.StartsWith("left", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 201).Select(n => $"right {n}"), all.Where(text => text!.StartsWith("right", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, 402).Select(n => (long)n), Numbers(ran[1].Lines));
        Assert.Equal(all[..Texts(ran[0].Lines).Count()], Texts(ran[0].Lines));
    }

    [Fact]
    public async Task Line_that_is_refused_does_not_stop_the_others_but_shows_in_the_exit_code()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        Ran ran = await ann.RunAsync(["talk", ben.Name, "--json"], $"one\n{new string('x', 9000)}\ntwo\n");

        Assert.Equal(1, ran.Code);
        Assert.Matches(@"\Achat: not sent: [^\n]+\n\z", ran.Errors);
        Assert.Equal(["one", "two"], Texts(ran.Lines));
    }

    [Fact]
    public async Task Who_is_put_out_of_a_group_leaves_its_talk()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        string id = chat.Name("club");
        await ann.DoAsync("groups", "create", id, "--member", ben.Name);
        await using ChatProcess talk = ben.Start("talk", "#" + id);
        await talk.ShowsAsync("created the group");

        await ann.DoAsync("groups", "kick", id, ben.Name);

        Ran ran = await talk.EndAsync();
        Assert.Equal((1, "chat: you are no longer in this conversation\n"), (ran.Code, ran.Errors));
    }

    [Fact]
    public async Task Interrupt_leaves_in_peace()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await using ChatProcess talk = ann.Start("talk", ben.Name);
        await talk.ShowsAsync($"* {ben.Name} is offline");

        talk.Interrupt();

        Assert.Equal((0, ""), await talk.EndAsync() is var ran ? (ran.Code, ran.Errors) : default);
    }

    private static string Said(string line) => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Replace(" (unseen)", "", StringComparison.Ordinal).Replace(" (seen)", "", StringComparison.Ordinal);

    private static IEnumerable<JsonElement> Messages(IEnumerable<string> lines) =>
        lines.Select(Json.Of).Where(line => line.GetProperty("ev").ValueEquals("message")).Select(line => line.GetProperty("message"));

    private static IEnumerable<string?> Texts(IEnumerable<string> lines) => Messages(lines).Select(message => message.GetProperty("text").GetString());

    private static IEnumerable<long> Numbers(IEnumerable<string> lines) => Messages(lines).Select(message => message.GetProperty("seq").GetInt64());
}
