namespace OrleansChat.Cli.Tests;

public sealed class MessageTests(ChatFixture chat)
{
    [Fact]
    public async Task Reading_marks_seen_and_shows_what_was_seen()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        Assert.Equal([$"{ben.Name} #1"], await ann.DoAsync("send", ben.Name, "first", "message"));
        await ann.DoAsync("send", ben.Name, "second");

        Assert.Equal([$"{ann.Name}  2"], await ben.DoAsync("unseen"));
        Assert.All(await ann.DoAsync("read", ben.Name), line => Assert.EndsWith("(unseen)", line, StringComparison.Ordinal));
        Assert.Equal(["false", "false"], (await ben.DoAsync("read", ann.Name, "--peek", "--json")).Select(Seen));
        IReadOnlyList<string> read = await ben.DoAsync("read", ann.Name);
        Assert.Equal([$"{ann.Name}: first message (unseen)", $"{ann.Name}: second (unseen)"], read.Select(line => line[line.IndexOf(ann.Name, StringComparison.Ordinal)..]));
        Assert.Empty(await ben.DoAsync("unseen"));
        Assert.Equal(["true", "true"], (await ann.DoAsync("read", ben.Name, "--json")).Select(Seen));
        Assert.Equal(["true", "true"], (await ben.DoAsync("read", ann.Name, "--json")).Select(Seen));
    }

    [Fact]
    public async Task Last_ten_are_read_unless_told_otherwise()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        Ran sent = await ann.RunAsync(["talk", ben.Name, "--json"], string.Concat(Enumerable.Range(1, 12).Select(n => $"line {n}\n")));

        Assert.Equal(0, sent.Code);
        Assert.Equal(Enumerable.Range(3, 10).Select(n => $"line {n}"), (await ben.DoAsync("read", ann.Name, "--json")).Select(line => Json.Text(line, "text")));
        Assert.Equal(["line 1", "line 2"], (await ben.DoAsync("read", ann.Name, "-n", "2", "--before", "3", "--json")).Select(line => Json.Text(line, "text")));
    }

    [Fact]
    public async Task Text_may_be_piped_in_and_a_client_id_makes_a_repeat_harmless()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        Ran first = await ann.RunAsync(["send", ben.Name, "--client-id", "c1", "--json"], "two\nlines\n");
        Ran again = await ann.RunAsync(["send", ben.Name, "--client-id", "c1", "--json"], "two\nlines\n");

        Assert.Equal((1, false), (Json.Of(first.Output).GetProperty("seq").GetInt32(), Json.Of(first.Output).GetProperty("duplicate").GetBoolean()));
        Assert.Equal((1, true), (Json.Of(again.Output).GetProperty("seq").GetInt32(), Json.Of(again.Output).GetProperty("duplicate").GetBoolean()));
        Assert.EndsWith($"{ann.Name}: two ↵ lines (unseen)", Assert.Single(await ben.DoAsync("read", ann.Name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_taken_as_it_was_typed()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        await ann.DoAsync("send", ben.Name, "--", "-5", "degrees", "--json");
        await ann.DoAsync("send", ben.Name, "@file", "#tag", "");

        Assert.Equal(["-5 degrees --json", "@file #tag "], (await ann.DoAsync("read", ben.Name, "--json")).Select(line => Json.Text(line, "text")));
    }

    [Fact]
    public async Task Nothing_to_read_is_nothing()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        Assert.Empty(await ann.DoAsync("read", ben.Name));
        Assert.Empty(await ann.DoAsync("unseen"));
    }

    [Theory]
    [InlineData("nobody-of-this-name", 1, "there is no user nobody-of-this-name: 'chat users' lists them, and a group is written group:nobody-of-this-name")]
    [InlineData("group:no-such-group", 1, "there is no group:no-such-group: 'chat groups find' lists the public groups")]
    [InlineData("two words", 2, "'two words' names nobody: a person is written alice, a group group:ID or '#ID'")]
    public async Task Unknown_name_says_what_to_do(string name, int code, string error)
    {
        await using Person ann = await chat.PersonAsync("ann");

        foreach (string[] command in new string[][] { ["send", name, "hi"], ["read", name], ["talk", name], ["tail", name] })
        {
            Ran ran = await ann.RunAsync(command);
            Assert.Equal((code, "", $"chat: {error}\n"), (ran.Code, ran.Output, ran.Errors));
        }
    }

    [Fact]
    public async Task What_others_write_cannot_command_the_terminal()
    {
        const string Evil = "a\e[2J\e]0;title\a\u009b31mb\u202eend\r\nann: forged";
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        await ann.RunAsync(["send", ben.Name], Evil);

        string shown = Assert.Single(await ben.DoAsync("read", ann.Name, "--peek"));
        string json = Assert.Single(await ben.DoAsync("read", ann.Name, "--json"));

        Assert.EndsWith(@"a\u001b[2J\u001b]0;title\u0007\u009b31mb\u202eend ↵ ann: forged (unseen)", shown, StringComparison.Ordinal);
        Assert.Equal(Evil, Json.Text(json, "text"));
        Assert.DoesNotContain(shown + json, c => char.IsControl(c) || c == '\u202e');
    }

    private static string Seen(string line) => Json.Of(line).GetProperty("seen").GetRawText();
}
