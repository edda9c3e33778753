using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Line;

public sealed class TalkTests(DoorsFixture doors)
{
    [Fact]
    public async Task TALKTO_starts_a_talk_for_both_sides_also_across_nodes()
    {
        (LineClient alice, LineClient bob, string a, string b) = await PairAsync();

        Assert.Equal($"OK TALKTO {b}", await alice.AskAsync($"TALKTO {b}"));
        await bob.HearAsync($"* start {a}");
        Assert.Equal("OK MSG 1", await bob.AskAsync($"MSG {a} hello"));
        await alice.HearAsync($"* MSG {b} {a} hello");
    }

    [Fact]
    public async Task TALKTO_refuses_oneself_and_who_does_not_exist()
    {
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.SignInAsync(doors.North, name);

        Assert.StartsWith("ERR ", await alice.AskAsync($"TALKTO {name}"), StringComparison.Ordinal);
        Assert.Equal("ERR no such user", await alice.AskAsync("TALKTO nobody-of-this-name"));
        Assert.Equal("ERR no such user", await alice.AskAsync("TALKTO !"));
        Assert.Equal("ERR usage: TALKTO <name>", await alice.AskAsync("TALKTO"));
    }

    [Fact]
    public async Task TALKTO_a_registered_user_who_is_offline_lets_messages_wait()
    {
        string bob = doors.Name("bob");
        using RestUser registered = await RestUser.RegisterAsync(doors.North, bob);
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.SignInAsync(doors.North, name);

        Assert.Equal($"OK TALKTO {bob}", await alice.AskAsync($"TALKTO {bob}"));
        Assert.Equal("OK MSG 1", await alice.AskAsync($"MSG {bob} later"));
        using LineClient later = await LineClient.SignInAsync(doors.South, bob, RestUser.Password);
        await later.HearAsync($"* unread {name} 1");
        Assert.Equal([$"1 {name} later", "OK HISTORY 1"], await later.ListAsync($"HISTORY {name}"));
    }

    [Fact]
    public async Task TALKTO_a_guest_who_left_is_refused()
    {
        (LineClient alice, LineClient bob, _, string b) = await PairAsync();
        await bob.AskAsync("QUIT");

        Assert.Equal("ERR no such user", await alice.AskAsync($"TALKTO {b}"));
    }

    [Fact]
    public async Task MSG_is_shown_to_both_sides_and_keeps_its_spaces()
    {
        (LineClient alice, LineClient bob, string a, string b) = await PairAsync();
        await alice.AskAsync($"TALKTO {b}");

        Assert.Equal([$"* MSG {a} {b}  hi  there ", "OK MSG 1"], await alice.SayAsync($"MSG {b}  hi  there "));
        await bob.HearAsync($"* MSG {a} {b}  hi  there ");
    }

    [Fact]
    public async Task MSG_without_TALKTO_is_refused()
    {
        (LineClient alice, _, _, string b) = await PairAsync();

        Assert.Equal($"ERR not talking to {b}", await alice.AskAsync($"MSG {b} hi"));
        Assert.Equal("ERR usage: MSG <name> <text>", await alice.AskAsync($"MSG {b}"));
    }

    [Fact]
    public async Task A_message_from_someone_without_a_talk_opens_it()
    {
        string b = doors.Name("bob");
        using LineClient bob = await LineClient.SignInAsync(doors.North, b);
        using RestUser alice = await RestUser.GuestAsync(doors.South, doors.Name("alice"));

        await alice.SendAsync(b, "through another door");

        Assert.Equal($"* start {alice.Name}", await bob.ReadAsync());
        Assert.Equal($"* MSG {alice.Name} {b} through another door", await bob.ReadAsync());
        Assert.Equal("OK MSG 2", await bob.AskAsync($"MSG {alice.Name} and back"));
    }

    [Fact]
    public async Task STOP_ends_the_talk_for_both_sides()
    {
        (LineClient alice, LineClient bob, string a, string b) = await PairAsync();
        await alice.AskAsync($"TALKTO {b}");
        await alice.AskAsync($"MSG {b} last");

        Assert.Equal($"OK STOP {b}", await alice.AskAsync($"STOP {b}"));
        await bob.HearAsync($"* MSG {a} {b} last");
        await bob.HearAsync($"* stop {a}");
        Assert.Equal($"ERR not talking to {a}", await bob.AskAsync($"MSG {a} hi"));
        Assert.Equal($"ERR not talking to {b}", await alice.AskAsync($"MSG {b} hi"));
        Assert.Equal($"ERR not talking to {b}", await alice.AskAsync($"STOP {b}"));
    }

    [Fact]
    public async Task After_STOP_messages_of_other_doors_are_not_shown_until_either_side_says_TALKTO()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using RestUser elsewhere = await RestUser.RegisterAsync(doors.South, b);
        using LineClient alice = await LineClient.SignInAsync(doors.North, a);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b, RestUser.Password);
        string group = doors.Name("both");
        await elsewhere.CreateGroupAsync(group, members: a);
        await alice.AskAsync($"TALKTO {b}");
        await alice.AskAsync($"STOP {b}");
        await elsewhere.SendAsync(a, "not shown");
        Assert.Equal([$"1 {b} not shown", "OK HISTORY 1"], await alice.ListAsync($"HISTORY {b}"));

        // A message that is still on its way would be shown after TALKTO: what is said later in a group comes behind it.
        await elsewhere.SayAsync(group, "later");
        await alice.HearAsync($"* SAY {group} {b} later");
        await bob.HearAsync($"* SAY {group} {b} later");
        await bob.AskAsync($"TALKTO {a}");
        await alice.HearAsync($"* start {b}");
        await elsewhere.SendAsync(a, "shown");

        await alice.HearAsync($"* MSG {b} {a} shown");
        Assert.DoesNotContain($"* MSG {b} {a} not shown", alice.Heard);
        Assert.DoesNotContain($"* MSG {b} {a} not shown", bob.Heard);
    }

    [Fact]
    public async Task A_talk_goes_on_on_all_connections_of_a_user()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using RestUser registered = await RestUser.RegisterAsync(doors.North, a);
        using LineClient first = await LineClient.SignInAsync(doors.North, a, RestUser.Password);
        using LineClient second = await LineClient.SignInAsync(doors.South, a, RestUser.Password);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);

        await first.AskAsync($"TALKTO {b}");
        await second.HearAsync($"* start {b}");
        Assert.Equal("OK MSG 1", await second.AskAsync($"MSG {b} from the second"));
        await first.HearAsync($"* MSG {a} {b} from the second");
        await bob.HearAsync($"* MSG {a} {b} from the second");
        await first.AskAsync($"STOP {b}");
        await second.HearAsync($"* stop {b}");
    }

    [Fact]
    public async Task IGNORE_refuses_messages_until_UNIGNORE()
    {
        (LineClient alice, LineClient bob, string a, string b) = await PairAsync();
        await bob.AskAsync($"TALKTO {a}");

        Assert.Equal($"OK IGNORE {b}", await alice.AskAsync($"IGNORE {b}"));
        Assert.Equal("ERR blocked", await bob.AskAsync($"MSG {a} hi"));
        Assert.Equal($"OK UNIGNORE {b}", await alice.AskAsync($"UNIGNORE {b}"));
        Assert.Equal("OK MSG 1", await bob.AskAsync($"MSG {a} hi"));
        await alice.HearAsync($"* MSG {b} {a} hi");
        Assert.Equal("ERR no such user", await alice.AskAsync("IGNORE nobody-of-this-name"));
        Assert.StartsWith("ERR ", await alice.AskAsync($"IGNORE {a}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_ignored_starts_no_talk()
    {
        (LineClient alice, LineClient bob, string a, string b) = await PairAsync();
        await alice.AskAsync($"IGNORE {b}");

        Assert.Equal($"OK TALKTO {a}", await bob.AskAsync($"TALKTO {a}"));
        await alice.AskAsync("WHO");
        Assert.DoesNotContain($"* start {b}", alice.Heard);
    }

    [Fact]
    public async Task A_text_of_several_lines_and_control_characters_is_shown_on_one_line()
    {
        string b = doors.Name("bob");
        using LineClient bob = await LineClient.SignInAsync(doors.North, b);
        using RestUser alice = await RestUser.GuestAsync(doors.South, doors.Name("alice"));

        await alice.SendAsync(b, "one\ntwo\r\nthree\u001b[2J");

        await bob.HearAsync($"* MSG {alice.Name} {b} one two three\uFFFD[2J");
        Assert.Equal($"1 {alice.Name} one two three\uFFFD[2J", (await bob.ListAsync($"HISTORY {alice.Name}"))[0]);
    }

    private async Task<(LineClient Alice, LineClient Bob, string A, string B)> PairAsync()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        return (await LineClient.SignInAsync(doors.North, a), await LineClient.SignInAsync(doors.South, b), a, b);
    }
}
