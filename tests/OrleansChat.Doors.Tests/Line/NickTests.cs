using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Line;

public sealed class NickTests(DoorsFixture doors)
{
    [Fact]
    public async Task NICK_of_a_free_name_signs_in_as_a_guest_in_any_case_of_letters()
    {
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.ConnectAsync(doors.North);

        Assert.Equal($"OK NICK {name}", await alice.AskAsync($"nick {name.ToUpperInvariant()}"));
    }

    [Fact]
    public async Task NICK_of_a_name_in_use_is_refused_also_on_another_node()
    {
        string name = doors.Name("alice");
        using LineClient first = await LineClient.SignInAsync(doors.North, name);
        using LineClient second = await LineClient.ConnectAsync(doors.South);

        Assert.Equal("ERR nick in use", await second.AskAsync($"NICK {name}"));
    }

    [Theory]
    [InlineData("NICK a")]
    [InlineData("NICK -alice")]
    [InlineData("NICK al!ce")]
    [InlineData("NICK \u00e4lice")]
    [InlineData("NICK a23456789012345678901234567890123")]
    public async Task NICK_of_a_bad_name_is_refused(string line)
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);

        Assert.Equal("ERR bad nick", await alice.AskAsync(line));
    }

    [Fact]
    public async Task NICK_of_a_registered_name_needs_its_password()
    {
        string name = doors.Name("alice");
        using RestUser registered = await RestUser.RegisterAsync(doors.North, name);
        using LineClient alice = await LineClient.ConnectAsync(doors.North);

        Assert.Equal("ERR password needed", await alice.AskAsync($"NICK {name}"));
        Assert.Equal("ERR bad password", await alice.AskAsync($"NICK {name} wrong horse"));
        Assert.Equal($"OK NICK {name}", await alice.AskAsync($"NICK {name} {RestUser.Password}"));
    }

    [Fact]
    public async Task A_registered_name_may_be_connected_more_than_once()
    {
        string name = doors.Name("alice");
        using RestUser registered = await RestUser.RegisterAsync(doors.North, name);
        using LineClient first = await LineClient.SignInAsync(doors.North, name, RestUser.Password);
        using LineClient second = await LineClient.SignInAsync(doors.South, name, RestUser.Password);

        Assert.Contains(name, await second.ListAsync("WHO"));
    }

    [Fact]
    public async Task A_second_NICK_is_refused_with_the_name()
    {
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.SignInAsync(doors.North, name);

        Assert.Equal($"ERR already NICK {name}", await alice.AskAsync("NICK other"));
        Assert.Equal($"ERR already NICK {name}", await alice.AskAsync("NICK"));
    }

    [Fact]
    public async Task NICK_without_a_name_tells_how_to_use_it()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);

        Assert.Equal("ERR usage: NICK <name> [password]", await alice.AskAsync("NICK"));
    }

    [Theory]
    [InlineData("TALKTO bob")]
    [InlineData("MSG bob hi")]
    [InlineData("MSG")]
    [InlineData("STOP bob")]
    [InlineData("REGISTER longenough")]
    [InlineData("IGNORE bob")]
    [InlineData("UNIGNORE bob")]
    [InlineData("STATUS busy")]
    [InlineData("JOIN north")]
    [InlineData("PART north")]
    [InlineData("SAY north hi")]
    [InlineData("HISTORY bob")]
    public async Task Before_NICK_everything_but_NICK_WHO_HELP_and_QUIT_is_refused(string line)
    {
        using LineClient stranger = await LineClient.ConnectAsync(doors.North);

        Assert.Equal("ERR NICK first", await stranger.AskAsync(line));
    }

    [Fact]
    public async Task REGISTER_keeps_the_name_and_everything_of_the_guest()
    {
        (string name, string group) = (doors.Name("alice"), doors.Name("north"));
        using RestUser owner = await RestUser.RegisterAsync(doors.North, doors.Name("owner"));
        await owner.CreateGroupAsync(group);
        using LineClient alice = await LineClient.SignInAsync(doors.North, name);
        await alice.AskAsync($"JOIN {group}");

        Assert.Equal($"OK REGISTER {name}", await alice.AskAsync("REGISTER open sesame"));
        Assert.Equal("OK SAY 3", await alice.AskAsync($"SAY {group} still a member"));
        await alice.AskAsync("QUIT");

        using LineClient again = await LineClient.ConnectAsync(doors.South);
        Assert.Equal("ERR password needed", await again.AskAsync($"NICK {name}"));
        Assert.Equal($"OK NICK {name}", await again.AskAsync($"NICK {name} open sesame"));
        Assert.Equal([$"3 {name} still a member", "OK HISTORY 1"], await again.ListAsync($"HISTORY {group}"));
    }

    [Fact]
    public async Task REGISTER_refuses_a_short_password_and_a_name_that_is_registered()
    {
        using LineClient alice = await LineClient.SignInAsync(doors.North, doors.Name("alice"));

        Assert.Equal("ERR bad request: A password has 8 to 128 characters.", await alice.AskAsync("REGISTER short"));
        Assert.Equal("ERR usage: REGISTER <password>", await alice.AskAsync("REGISTER"));
        await alice.AskAsync("REGISTER long enough");
        Assert.Equal("ERR already registered", await alice.AskAsync("REGISTER long enough"));
    }

    [Fact]
    public async Task NICK_of_a_registered_user_announces_unread_talks()
    {
        (string alice, string bob) = (doors.Name("alice"), doors.Name("bob"));
        using RestUser sender = await RestUser.RegisterAsync(doors.North, alice);
        using RestUser receiver = await RestUser.RegisterAsync(doors.North, bob);
        foreach (string text in new[] { "one", "two", "three" })
        {
            await sender.SendAsync(bob, text);
        }

        using LineClient first = await LineClient.SignInAsync(doors.South, bob, RestUser.Password);
        await first.HearAsync($"* unread {alice} 3");
        Assert.Equal("OK HISTORY 3", await first.AskAsync($"HISTORY {alice}"));
        await first.AskAsync("QUIT");

        using LineClient second = await LineClient.SignInAsync(doors.North, bob, RestUser.Password);
        await second.AskAsync("WHO");
        Assert.DoesNotContain(second.Heard, line => line.StartsWith("* unread", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_shown_counts_as_read()
    {
        (string alice, string bob) = (doors.Name("alice"), doors.Name("bob"));
        using RestUser sender = await RestUser.RegisterAsync(doors.North, alice);
        using RestUser receiver = await RestUser.RegisterAsync(doors.North, bob);
        using LineClient first = await LineClient.SignInAsync(doors.South, bob, RestUser.Password);
        await sender.SendAsync(bob, "seen");
        await first.HearAsync($"* MSG {alice} {bob} seen");
        await first.AskAsync("QUIT");

        using LineClient second = await LineClient.SignInAsync(doors.North, bob, RestUser.Password);
        await second.AskAsync("WHO");
        Assert.DoesNotContain(second.Heard, line => line.StartsWith("* unread", StringComparison.Ordinal));
    }
}
