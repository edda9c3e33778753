using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

public sealed class TailTests(ChatFixture chat)
{
    [Fact]
    public async Task Tail_prints_every_event_of_every_conversation_as_one_object_per_line()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        string id = chat.Name("club");
        await using ChatProcess tail = ann.Start("tail", "--json");
        await tail.SaysAsync("following");

        await ben.DoAsync("send", ann.Name, "direct");

        // Two conversations have no order between them: the second begins when the first has been shown.
        await tail.ShowsAsync("direct");
        await ann.DoAsync("groups", "create", id, "--member", ben.Name);
        await ben.DoAsync("send", "group:" + id, "to all");
        await ann.DoAsync("read", "group:" + id);
        await tail.ShowsAsync("to all");
        await tail.ShowsAsync("\"receipt\"");
        tail.Interrupt();

        Ran ran = await tail.EndAsync();
        Assert.Equal(0, ran.Code);
        JsonElement[] messages = [.. ran.Lines.Select(Json.Of).Where(line => line.GetProperty("ev").ValueEquals("message")).Select(line => line.GetProperty("message"))];
        Assert.Equal(["text", "system", "text"], messages.Select(message => message.GetProperty("kind").GetString()));
        Assert.Equal(("direct", "to all"), (messages[0].GetProperty("text").GetString(), messages[2].GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Tail_of_one_conversation_leaves_out_the_others()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben, zoe = await chat.PersonAsync("zoe");
        await using ChatProcess tail = ann.Start("tail", ben.Name);
        await tail.SaysAsync("following");

        await zoe.DoAsync("send", ann.Name, "not for this");
        await ben.DoAsync("send", ann.Name, "but this");
        await tail.ShowsAsync("but this");
        tail.Interrupt();

        Ran ran = await tail.EndAsync();
        string line = Assert.Single(ran.Lines, line => !line.Contains('*', StringComparison.Ordinal));
        Assert.StartsWith($"{ben.Name} #1 ", line, StringComparison.Ordinal);
        Assert.EndsWith($" {ben.Name}: but this", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_misses_and_repeats_nothing_when_its_node_comes_back_later()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben, zoe = await chat.PersonAsync("zoe");
        await ben.DoAsync("send", ann.Name, "old");
        int port = FreePort.Next();
        ServerProcess node = await chat.StartNodeAsync("--http", $"127.0.0.1:{port}");
        await using ChatProcess tail = ann.Start("tail", "--json", "--server", $"127.0.0.1:{port}");
        await tail.SaysAsync("following");
        await ben.DoAsync("send", ann.Name, "live");
        await tail.ShowsAsync("live");

        await node.DisposeAsync();
        await tail.SaysAsync("reconnecting");
        await ben.DoAsync("send", ann.Name, "missed");
        await zoe.DoAsync("send", ann.Name, "begun meanwhile");
        await using ServerProcess again = await chat.StartNodeAsync("--http", $"127.0.0.1:{port}");
        await tail.ShowsAsync("begun meanwhile");
        await ben.DoAsync("send", ann.Name, "live again");
        await tail.ShowsAsync("live again");
        tail.Interrupt();

        Ran ran = await tail.EndAsync();
        IEnumerable<string?> texts = ran.Lines.Select(Json.Of).Where(line => line.GetProperty("ev").ValueEquals("message")).Select(line => line.GetProperty("message").GetProperty("text").GetString());
        Assert.Equal(["begun meanwhile", "live", "live again", "missed"], texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tail_ends_when_its_sign_in_does()
    {
        await using Person ann = await chat.PersonAsync("ann");
        await using ChatProcess tail = ann.Start("tail");
        await tail.SaysAsync("following");

        await ann.DoAsync("logout");

        Ran ran = await tail.EndAsync();
        Assert.Equal(3, ran.Code);
        Assert.EndsWith("chat: the sign-in has ended: chat login NAME\n", ran.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tail_ends_when_nobody_reads_its_output()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await using ChatProcess tail = ann.Start("tail");
        await tail.SaysAsync("following");

        tail.StopReading();
        await ben.DoAsync("send", ann.Name, "anybody there?");

        Assert.Equal(0, (await tail.EndAsync()).Code);
    }
}
