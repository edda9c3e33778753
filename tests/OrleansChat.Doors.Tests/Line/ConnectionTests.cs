using System.Diagnostics;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests.Line;

public sealed class ConnectionTests(DoorsFixture doors)
{
    [Fact]
    public async Task QUIT_says_bye_closes_and_frees_the_name_at_once()
    {
        string name = doors.Name("alice");
        for (int i = 0; i < 5; i++)
        {
            using LineClient alice = await LineClient.SignInAsync(i % 2 == 0 ? doors.North : doors.South, name);
            Assert.Equal("OK bye", await alice.AskAsync("QUIT"));
            Assert.Null(await alice.ReadAsync());
        }
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\nHELP\r\n")]
    [InlineData("Host: 127.0.0.1\r\nHELP\r\n")]
    public async Task A_page_in_a_browser_that_posts_commands_to_the_door_is_cut_off(string request)
    {
        using LineClient page = await LineClient.ConnectAsync(doors.North);

        await page.SendAsync(Encoding.ASCII.GetBytes(request));

        Assert.Equal(["OK bye"], await page.ReadToEndAsync());
    }

    [Fact]
    public async Task QUIT_before_NICK_closes_too()
    {
        using LineClient stranger = await LineClient.ConnectAsync(doors.North);

        Assert.Equal("OK bye", await stranger.AskAsync("QUIT"));
        Assert.Null(await stranger.ReadAsync());
    }

    [Fact]
    public async Task End_of_file_is_the_same_after_everything_before_it_was_carried_out()
    {
        string name = doors.Name("alice");
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        await alice.SendAsync($"NICK {name}\nSTATUS piped in\nHELP");
        alice.EndInput();

        IReadOnlyList<string> said = await alice.ReadToEndAsync();

        Assert.Equal(($"OK NICK {name}", "OK STATUS", "OK bye"), (said[0], said[1], said[^1]));
        using LineClient next = await LineClient.SignInAsync(doors.South, name);
    }

    [Fact]
    public async Task A_connection_that_is_cut_frees_the_name()
    {
        string name = doors.Name("alice");
        (await LineClient.SignInAsync(doors.North, name)).Dispose();
        using LineClient next = await LineClient.ConnectAsync(doors.South);

        await Eventually.TrueAsync(async () => await next.AskAsync($"NICK {name}") == $"OK NICK {name}");
    }

    [Fact]
    public async Task A_node_that_dies_frees_its_names_when_its_lease_ends()
    {
        string name = doors.Name("alice");
        await using ServerProcess node = await doors.StartNodeAsync("--node", "mortal");
        using LineClient alice = await LineClient.SignInAsync(node, name);
        await node.KillAsync();
        using LineClient next = await LineClient.ConnectAsync(doors.South);

        await Eventually.TrueAsync(async () => await next.AskAsync($"NICK {name}") == $"OK NICK {name}");
    }

    [Fact]
    public async Task A_node_that_stops_says_so()
    {
        await using ServerProcess node = await doors.StartNodeAsync("--node", "leaving");
        using LineClient alice = await LineClient.SignInAsync(node, doors.Name("alice"));
        using LineClient stranger = await LineClient.ConnectAsync(node);
        await stranger.AskAsync("WHO");

        Task<int> exit = node.StopAsync();

        Assert.Equal("* bye shutdown", await alice.ReadAsync());
        Assert.Null(await alice.ReadAsync());
        Assert.Equal("* bye shutdown", await stranger.ReadAsync());
        Assert.Equal(0, await exit);
    }

    [Fact]
    public async Task A_session_that_is_ended_at_another_door_is_closed()
    {
        string name = doors.Name("alice");
        using RestUser registered = await RestUser.RegisterAsync(doors.North, name);
        using LineClient alice = await LineClient.SignInAsync(doors.South, name, RestUser.Password);

        using HttpClient http = new() { BaseAddress = doors.North.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", registered.Token);
        using HttpResponseMessage changed = await http.PutAsync(
            new Uri("/api/v1/me/password", UriKind.Relative),
            new StringContent("""{"old":"correct horse","new":"battery staple"}""", Encoding.UTF8, "application/json"));
        changed.EnsureSuccessStatusCode();

        Assert.Equal("* bye bad token", await alice.ReadAsync());
        Assert.Null(await alice.ReadAsync());
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_and_its_rest_discarded()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        await alice.SendAsync("NICK " + new string('x', 10_000));
        await alice.SendAsync("HELP");

        Assert.Equal("ERR line too long", await alice.AnswerAsync());
        Assert.Equal("OK HELP", await alice.AnswerAsync());
    }

    [Fact]
    public async Task A_text_that_fills_a_line_of_4096_bytes_arrives()
    {
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using LineClient alice = await LineClient.SignInAsync(doors.North, a);
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);
        await alice.AskAsync($"TALKTO {b}");
        string text = new('x', 4096 - $"MSG {b} ".Length);

        Assert.Equal("OK MSG 1", await alice.AskAsync($"MSG {b} {text}"));
        await bob.HearAsync($"* MSG {a} {b} {text}");
        Assert.Equal("ERR line too long", await alice.AskAsync($"MSG {b} {text}x"));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        await alice.SendAsync([.. "NICK "u8, 0xFF, 0xFE, .. "\nHELP\n"u8]);

        Assert.Equal("ERR bad utf-8", await alice.AnswerAsync());
        Assert.Equal("OK HELP", await alice.AnswerAsync());
    }

    [Fact]
    public async Task An_unknown_command_is_refused_and_empty_lines_are_ignored()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        await alice.SendAsync("\n\r\n   \n");

        Assert.Equal("ERR unknown command", await alice.AskAsync("FLY away"));
        Assert.Single(alice.Heard);
    }

    [Fact]
    public async Task Lines_may_end_with_CRLF_and_are_answered_likewise()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        string name = doors.Name("alice");
        await alice.SendAsync(Encoding.UTF8.GetBytes($"NICK {name}\r\n"));

        Assert.Equal($"OK NICK {name}", await alice.AnswerAsync());
    }

    [Fact]
    public async Task Telnet_negotiation_does_not_hurt()
    {
        using LineClient alice = await LineClient.ConnectAsync(doors.North);
        string name = doors.Name("alice");
        byte[] negotiation = [255, 253, 3, 255, 251, 24, 255, 251, 31, 255, 251, 32, 255, 251, 33, 255, 251, 34, 255, 251, 39, 255, 253, 5, 255, 251, 35];
        await alice.SendAsync([.. negotiation, .. Encoding.UTF8.GetBytes($"NICK {name}\r\n"), 255, 244, 255, 253, 6]);

        Assert.Equal($"OK NICK {name}", await alice.AnswerAsync());
        Assert.Equal("OK HELP", await alice.AskAsync("HELP"));
    }

    [Fact]
    public async Task A_stock_telnet_comes_in_talks_and_leaves()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/telnet"), "telnet is not installed");
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);
        using Process telnet = Process.Start(new ProcessStartInfo("/usr/bin/telnet", doors.North.Ready["line"].Split(':'))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await telnet.StandardInput.WriteLineAsync($"NICK {a}");
        await telnet.StandardInput.WriteLineAsync($"TALKTO {b}");
        await telnet.StandardInput.WriteLineAsync($"MSG {b} by telnet");
        await bob.HearAsync($"* start {a}");
        await bob.HearAsync($"* MSG {a} {b} by telnet");
        await bob.AskAsync($"MSG {a} welcome");
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("welcome", StringComparison.Ordinal))
        {
            seen.AppendLine(await telnet.StandardOutput.ReadLineAsync().WithinAsync(what: "the message on telnet's screen"));
        }

        await telnet.StandardInput.WriteLineAsync("QUIT");

        string screen = seen + await telnet.StandardOutput.ReadToEndAsync().WithinAsync(what: "the end of telnet");

        Assert.Contains($"OK NICK {a}", screen, StringComparison.Ordinal);
        Assert.Contains($"* MSG {b} {a} welcome", screen, StringComparison.Ordinal);
        Assert.Contains("OK bye", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_piped_script_of_thousands_of_lines_is_carried_out_to_its_end()
    {
        await using ServerProcess limited = await ServerProcess.StartAsync(doors.Redis, "--line", "127.0.0.1:0", "--limit-commands", "500");
        (string a, string b) = (doors.Name("alice"), doors.Name("bob"));
        using LineClient bob = await LineClient.SignInAsync(doors.South, b);
        using LineClient alice = await LineClient.SignInAsync(limited, a);
        await alice.AskAsync($"TALKTO {b}");
        string script = string.Concat(Enumerable.Range(1, 3000).Select(i => $"MSG {b} m{i}\n"));

        Task sending = alice.SendAsync(Encoding.UTF8.GetBytes(script));
        for (int i = 1; i <= 3000; i++)
        {
            Assert.Equal($"OK MSG {i}", await alice.AnswerAsync());
        }

        await sending;
        await bob.HearAsync($"* MSG {a} {b} m3000");
        Assert.Equal(
            Enumerable.Range(1, 3000).Select(i => $"* MSG {a} {b} m{i}"),
            bob.Heard.Where(line => line.StartsWith("* MSG", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_and_delays_nobody()
    {
        await using ServerProcess small = await ServerProcess.StartAsync(
            doors.Redis, "--line", "127.0.0.1:0", "--limits", "off", "--limit-queue-events", "50");
        (string a, string b, string group) = (doors.Name("alice"), doors.Name("bob"), doors.Name("north"));
        using RestUser owner = await RestUser.RegisterAsync(doors.North, doors.Name("owner"));
        await owner.CreateGroupAsync(group);
        using LineClient deaf = await LineClient.SignInDeafAsync(small, b);
        await deaf.AskAsync($"JOIN {group}");
        using LineClient alice = await LineClient.SignInAsync(small, a);
        await alice.AskAsync($"JOIN {group}");
        string text = new('x', 4000);

        // Buffers of two operating systems' sockets lie between; then the queue fills, and the name is free.
        using LineClient next = await LineClient.ConnectAsync(doors.South);
        await Eventually.TrueAsync(
            async () =>
            {
                for (int i = 0; i < 200; i++)
                {
                    Assert.StartsWith("OK SAY", await alice.AskAsync($"SAY {group} {text}"), StringComparison.Ordinal);
                }

                return await next.AskAsync($"NICK {b}") == $"OK NICK {b}";
            },
            TimeSpan.FromSeconds(60));
    }
}
