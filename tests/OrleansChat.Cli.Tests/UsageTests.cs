using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using OrleansChat.Cli.Commands;
using OrleansChat.Testing;

namespace OrleansChat.Cli.Tests;

public sealed class UsageTests(ChatFixture chat)
{
    [Fact]
    public void Every_command_and_what_it_takes_is_described()
    {
        foreach (Command command in All(ChatCommandLine.Root()))
        {
            using StringWriter help = new();
            int code = ChatCommandLine.Root().Parse([.. Path(command), "--help"]).Invoke(new InvocationConfiguration { Output = help });

            Assert.Equal(0, code);
            Assert.Contains(command.Description!.Split('\n')[0].TrimEnd(), help.ToString(), StringComparison.Ordinal);
            Assert.All(command.Arguments, argument => Assert.NotEmpty(argument.Description!));
            Assert.All(command.Options, option => Assert.NotEmpty(option.Description!));
        }
    }

    [Fact]
    public async Task Help_needs_no_sign_in_and_no_server()
    {
        await using Person ann = new(new Uri("http://127.0.0.1:1"), "ann");

        Ran help = await ann.RunAsync(["talk", "--help"]);
        Ran bare = await ann.RunAsync([]);

        Assert.Equal((0, 0), (help.Code, bare.Code));
        Assert.Contains("chat talk <name> [options]", help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", bare.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("users", "--nonsense")]
    [InlineData("send")]
    [InlineData("send", "ben", "--cleint-id", "5")]
    [InlineData("groups", "role", "club", "ben", "emperor")]
    [InlineData("users", "--server", "ftp://127.0.0.1")]
    [InlineData("users", "--profile", "../alice")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(params string[] arguments)
    {
        await using Person ann = await SignedInAtAsync("http://127.0.0.1:1/");

        Ran ran = await ann.RunAsync(arguments);

        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Matches(@"\Achat: [^\n]+\n\z", ran.Errors);
    }

    [Theory]
    [InlineData("users")]
    [InlineData("send", "ben", "hi")]
    [InlineData("talk", "ben")]
    [InlineData("tail")]
    [InlineData("logout")]
    public async Task Who_is_not_signed_in_is_told_and_gets_exit_code_3(params string[] arguments)
    {
        await using Person ann = chat.Stranger("ann");

        Ran ran = await ann.RunAsync(arguments);

        Assert.Equal((3, "", "chat: not signed in: chat login NAME, or chat register NAME\n"), (ran.Code, ran.Output, ran.Errors));
    }

    [Theory]
    [InlineData("users")]
    [InlineData("send", "ben", "hi")]
    [InlineData("tail")]
    [InlineData("login", "ann")]
    public async Task Server_that_is_away_gives_exit_code_4(params string[] arguments)
    {
        await using Person ann = await SignedInAtAsync("http://127.0.0.1:3/");
        ann.Environment["CHAT_SERVER"] = "127.0.0.1:1,127.0.0.1:2";

        Ran ran = await ann.RunAsync(arguments);

        Assert.Equal(
            (4, "", "chat: no server answers at http://127.0.0.1:1/ or http://127.0.0.1:2/: start one, or name another with --server\n"), (ran.Code, ran.Output, ran.Errors));
    }

    [Fact]
    public async Task Server_that_says_nothing_is_waited_for_no_longer_than_asked()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using Person ann = await SignedInAtAsync($"http://{silent.LocalEndpoint}/");

        Ran ran = await ann.RunAsync(["send", "ben", "hi", "--timeout", "1", "--client-id", "c1"]);

        Assert.Equal((4, "", "chat: no acknowledgement came in time: it may be stored; send it again with --client-id c1\n"), (ran.Code, ran.Output, ran.Errors));
    }

    [Fact]
    public async Task Interrupt_ends_a_command_that_waits()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using Person ann = await SignedInAtAsync($"http://{silent.LocalEndpoint}/");
        await using ChatProcess users = ann.Start("users");
        using TcpClient connected = await silent.AcceptTcpClientAsync().WithinAsync(what: "the connection");

        users.Interrupt();

        Assert.Equal((130, "", "chat: interrupted\n"), await users.EndAsync() is var ran ? (ran.Code, ran.Output, ran.Errors) : default);
    }

    [Fact]
    public async Task Damaged_sign_in_says_where_it_is()
    {
        await using Person ann = chat.Stranger("ann");
        Directory.CreateDirectory(ann.ConfigFolder);
        await File.WriteAllTextAsync(ann.SignInFile, "{");

        Ran ran = await ann.RunAsync(["users"]);

        Assert.Equal((3, $"chat: {ann.SignInFile} is damaged: sign in again with chat login NAME\n"), (ran.Code, ran.Errors));
    }

    /// <summary>Somebody who holds a token, true or not, of the server named.</summary>
    private async Task<Person> SignedInAtAsync(string server)
    {
        Person ann = chat.Stranger("ann");
        ann.Environment["CHAT_SERVER"] = server;
        await ann.SignInAsync("t", new Uri(server));
        return ann;
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent).Append(command.Name) : [];
}
