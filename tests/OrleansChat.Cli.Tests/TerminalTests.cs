namespace OrleansChat.Cli.Tests;

/// <summary>The program on a pseudo-terminal: what a person sees.</summary>
public sealed class TerminalTests(ChatFixture chat)
{
    [Fact]
    public async Task Lines_are_coloured_on_a_terminal_and_plain_in_a_pipe_or_where_colours_are_unwanted()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await ben.DoAsync("send", ann.Name, "hello");
        string[] read = ["read", ben.Name, "--peek"];

        Ran pipe = await ann.RunAsync(read);
        ann.Environment["CHAT_PTY"] = "1";
        Ran terminal = await ann.RunAsync(read);
        ann.Environment["NO_COLOR"] = "1";
        Ran unwanted = await ann.RunAsync(read);

        Assert.DoesNotContain('\e', pipe.Output);
        Assert.Contains($"\e[32m{ben.Name}\e[0m: hello", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[32m", unwanted.Output, StringComparison.Ordinal);
        Assert.Contains($"{ben.Name}: hello", unwanted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_is_asked_twice_and_not_echoed()
    {
        await using Person ann = chat.Stranger("ann");
        ann.Environment.Remove("CHAT_PASSWORD");
        ann.Environment["CHAT_PTY"] = "1";
        await using ChatProcess register = ann.Start("register", ann.Name);

        await register.ShowsAsync("Password: ");
        await register.WriteAsync("hidden!!\x7f\x7f place\r");
        await register.ShowsAsync("Again: ");
        await register.WriteAsync("hidden place\r");

        Ran ran = await register.EndAsync();
        Assert.Contains($"signed in as {ann.Name}", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", ran.Output, StringComparison.Ordinal);
        ann.Environment.Remove("CHAT_PTY");
        Assert.Equal(0, (await ann.RunAsync(["login", ann.Name], "hidden place\n")).Code);
    }

    [Fact]
    public async Task Ctrl_C_leaves_a_talk_and_a_question()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        ann.Environment["CHAT_PTY"] = "1";
        ann.Environment.Remove("CHAT_PASSWORD");
        await using ChatProcess talk = ann.Start("talk", ben.Name);
        await using ChatProcess login = ann.Start("login", ann.Name);
        await Task.WhenAll(talk.ShowsAsync("\n> "), login.ShowsAsync("Password: "));

        await talk.WriteAsync("never sent\x03");
        await login.WriteAsync("half\x03");

        Assert.Equal((0, 130), ((await talk.EndAsync()).Code, (await login.EndAsync()).Code));
        Assert.Empty(await ben.DoAsync("unseen"));
    }

    [Fact]
    public async Task Line_being_typed_stays_below_what_comes_in_and_the_other_one_hears_of_the_typing()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await ann.DoAsync("send", ben.Name, "before");
        ann.Environment["CHAT_PTY"] = "1";
        await using ChatProcess right = ben.Start("talk", ann.Name);
        await right.ShowsAsync("before");
        await using ChatProcess left = ann.Start("talk", ben.Name);
        await left.ShowsAsync("\n> ");

        await right.ShowsAsync($"* {ann.Name} is online");
        long typing = TimeProvider.System.GetTimestamp();
        await left.WriteAsync("half a li");
        await right.ShowsAsync($"* {ann.Name} is typing");
        await right.WriteLineAsync("in between");
        await left.ShowsAsync("in between\r\n> half a li");
        await left.WriteAsync("ne\r");
        await right.ShowsAsync("half a line");
        await left.ShowsAsync("half a line\r\n> ");
        await left.WriteAsync("\x04");

        Assert.Equal(0, (await left.EndAsync()).Code);

        // Told at most every 3 s, and all of it may have taken longer than that.
        int most = 1 + (int)(TimeProvider.System.GetElapsedTime(typing) / TimeSpan.FromSeconds(3));
        Assert.InRange(right.Lines.Count(line => line.Contains("is typing", StringComparison.Ordinal)), 1, most);
    }
}
