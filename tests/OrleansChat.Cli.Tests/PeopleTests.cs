namespace OrleansChat.Cli.Tests;

public sealed class PeopleTests(ChatFixture chat)
{
    [Fact]
    public async Task Users_come_in_order_and_page_by_page()
    {
        string prefix = chat.Name("team") + "-";
        await using Person ann = chat.Stranger("ann");
        foreach (string name in new[] { "c", "a", "b" })
        {
            await ann.DoAsync("register", prefix + name);
        }

        Ran first = await ann.RunAsync(["users", "--prefix", prefix, "-n", "2"]);
        Ran second = await ann.RunAsync(["users", "--prefix", prefix, "-n", "2", "--after", prefix + "b"]);
        IReadOnlyList<string> all = await ann.DoAsync("users", "--prefix", prefix, "-n", "2", "--all", "--json");

        Assert.Equal([$"{prefix}a  offline", $"{prefix}b  online"], first.Lines);
        Assert.Equal($"chat: there are more: --after {prefix}b\n", first.Errors);
        Assert.Equal(($"{prefix}c  offline\n", ""), (second.Output, second.Errors));
        Assert.Equal([prefix + "a", prefix + "b", prefix + "c"], all.Select(line => Json.Text(line, "name")));
    }

    [Fact]
    public async Task User_who_does_not_exist_gives_exit_code_1()
    {
        await using Person ann = await chat.PersonAsync("ann");

        Ran missing = await ann.RunAsync(["user", "nobody-of-this-name"]);

        Assert.Equal((1, "", "chat: There is no user of this name.\n"), (missing.Code, missing.Output, missing.Errors));
    }

    [Fact]
    public async Task Contacts_are_added_listed_and_removed()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        Assert.Equal([$"{ben.Name} is a contact"], await ann.DoAsync("contacts", "add", ben.Name));
        Assert.Equal([$"{ben.Name}  offline"], await ann.DoAsync("contacts"));
        Assert.Equal([ben.Name], (await ann.DoAsync("contacts", "list", "--json")).Select(line => Json.Text(line, "name")));
        await ann.DoAsync("contacts", "remove", ben.Name);
        Assert.Empty(await ann.DoAsync("contacts"));
    }

    [Fact]
    public async Task Groups_are_made_found_joined_and_ruled_by_two_people()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        string id = chat.Name("club");

        Assert.Equal([$"create group:{id}: done"], await ann.DoAsync("groups", "create", "#" + id, "--title", "The Club"));
        Assert.Equal([$"group:{id}  open  1  The Club"], await ben.DoAsync("groups", "find", id));
        Assert.Equal(1, (await ben.RunAsync(["read", "group:" + id])).Code);
        await ben.DoAsync("groups", "join", id);
        await ben.DoAsync("send", "#" + id, "hello");
        Assert.Equal([$"group:{id}  owner  2  1 unseen  The Club"], await ann.DoAsync("groups"));
        Assert.EndsWith($"{ben.Name}: hello (unseen)", (await ann.DoAsync("read", "group:" + id))[^1], StringComparison.Ordinal);
        Assert.Equal([$"{ann.Name}  owner", $"{ben.Name}  member"], await ann.DoAsync("groups", "members", "group:" + id));
        await ann.DoAsync("groups", "role", id, ben.Name, "admin");
        await ann.DoAsync("groups", "kick", id, ben.Name);
        Ran kicked = await ben.RunAsync(["send", "group:" + id, "still here"]);
        Assert.Equal((1, $"chat: you are not in group:{id}: chat groups join group:{id}\n"), (kicked.Code, kicked.Errors));
        Assert.Empty(await ben.DoAsync("groups"));
    }

    [Fact]
    public async Task Group_that_asks_for_approval_lets_in_who_is_approved()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;
        string id = chat.Name("club");
        await ann.DoAsync("groups", "create", id, "--join", "approval");

        Assert.Equal([$"join group:{id}: asked, somebody has to approve"], await ben.DoAsync("groups", "join", id));
        Assert.Equal([ben.Name], await ann.DoAsync("groups", "requests", id));
        await ann.DoAsync("groups", "approve", id, ben.Name);

        Assert.Equal([$"group:{id}  member  2  0 unseen  {id}"], await ben.DoAsync("groups"));
    }
}
