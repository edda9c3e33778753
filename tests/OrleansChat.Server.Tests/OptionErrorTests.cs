using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>Each line names the place of the value, the value, what is wrong, and what to do.</summary>
public sealed class OptionErrorTests
{
    private const string Address = "is not an address: give address:port, such as 127.0.0.1:8080 or *:8080";

    [Theory]
    [InlineData("--http 8080", $"--http: '8080' {Address}")]
    [InlineData("--http off", $"--http: 'off' {Address}")]
    [InlineData("--http example.com:80", $"--http: 'example.com:80' {Address}")]
    [InlineData("--http ::1:80", $"--http: '::1:80' {Address}")]
    [InlineData("--http 127.0.0.1:65536", $"--http: '127.0.0.1:65536' {Address}")]
    [InlineData("--http 127.0.0.1:-1", $"--http: '127.0.0.1:-1' {Address}")]
    [InlineData("--line x", $"--line: 'x' {Address}, or off")]
    [InlineData("--resp x", $"--resp: 'x' {Address}, or off")]
    [InlineData("--resp *:8379", "--resp [::]:8379 lets other machines act for every user: give a secret with --resp-key, or a loopback address")]
    [InlineData("--resp-key short", "--resp-key has too few or too many characters: give 8 to 512")]
    [InlineData("--redis db", "--redis: 'db' is not a Redis address: give host:port, or host:port,password=...")]
    [InlineData("--redis db:0", "--redis: 'db:0' is not a Redis address: give host:port, or host:port,password=...")]
    [InlineData("--redis db:1,pass=secret", "--redis: 'db:1,...' is not a Redis address: give host:port, or host:port,password=...")]
    [InlineData("--redis db:1,password=secret,ssl=true", "--redis: 'db:1,...' is not a Redis address: give host:port, or host:port,password=...")]
    [InlineData("--redis db:1 --wait-replicas many", "--wait-replicas: 'many' is not a number from 0 to 16: give one in that range")]
    [InlineData("--wait-replicas 1", "--wait-replicas needs --redis: the private redis-server has no replicas")]
    [InlineData("--data /bin/sh", "--data: '/bin/sh' is a file: give a directory")]
    [InlineData("--restored yes", "--restored: 'yes' is neither true nor false: give one of them")]
    [InlineData("--node North", "--node: 'North' is not a node name: give 1 to 32 of a-z, 0-9 and dash")]
    [InlineData("--trusted-proxies 10.0.0.0/33", "--trusted-proxies: '10.0.0.0/33' is not a list of networks: give addresses or networks, such as 10.0.0.0/8,127.0.0.1")]
    [InlineData("--trusted-proxies balancer", "--trusted-proxies: 'balancer' is not a list of networks: give addresses or networks, such as 10.0.0.0/8,127.0.0.1")]
    [InlineData("--role worker", "--role: 'worker' is not a role: give all, silo or gateway")]
    [InlineData("--guests yes", "--guests: 'yes' is neither true nor false: give one of them")]
    [InlineData("--admin a", "--admin: 'a' is not a user name: give 2 to 32 of a-z, 0-9, dot, dash and underscore")]
    [InlineData("--origins example.com", "--origins: 'example.com' is not a list of origins: give them as https://chat.example.com,http://localhost:5173")]
    [InlineData("--origins https://a.example/path", "--origins: 'https://a.example/path' is not a list of origins: give them as https://chat.example.com,http://localhost:5173")]
    [InlineData("--limits none", "--limits: 'none' is neither off nor default: give one of them")]
    [InlineData("--limit-text 0", "--limit-text: '0' is not a number from 1 to 1048576: give one in that range")]
    [InlineData("--limit-text 8k", "--limit-text: '8k' is not a number from 1 to 1048576: give one in that range")]
    [InlineData("--limit-members 1", "--limit-members: '1' is not a number from 2 to 1000000: give one in that range")]
    [InlineData("--limit-text 65000", "--limit-frame 65536 is too small for --limit-text 65000: give at least 66024, or lower the other")]
    [InlineData("--limit-queue-bytes 1024", "--limit-queue-bytes 1024 is too small for --limit-frame 65536: give at least 65536, or lower the other")]
    [InlineData("--otlp collector:4318", "--otlp: 'collector:4318' is not the address of a collector: give http://host:port")]
    [InlineData("--trace-ratio 2", "--trace-ratio: '2' is not a share: give a number from 0 to 1, such as 0.01")]
    [InlineData("--limit-user-messages -1", "--limit-user-messages: '-1' is not a number from 0 to 1000000: give one in that range")]
    [InlineData("--log-format xml", "--log-format: 'xml' is not a log format: give text or json")]
    [InlineData("--log-level 3", "--log-level: '3' is not a log level: give trace, debug, information, warning, error, critical or none")]
    [InlineData("--line 127.0.0.1:8080", "--http and --line share port 8080: give each its own")]
    [InlineData("--nodes x", "Unrecognized command or argument '--nodes': see --help", "Unrecognized command or argument 'x': see --help")]
    [InlineData("--node", "Required argument missing for option: '--node': see --help")]
    [InlineData("--node a --node b", "Option '--node' expects a single argument but 2 were provided: see --help")]
    [InlineData("--reddis db:1,password=secret", "Unrecognized command or argument '--reddis': see --help", "Unrecognized command or argument 'db:1,password=...': see --help")]
    public void A_wrong_option_is_told_in_one_line(string commandLine, params string[] lines) =>
        Assert.Equal(lines, OptionsOf.Errors(commandLine));

    [Theory]
    [InlineData("CHAT__HTTP=x", $"CHAT__HTTP: 'x' {Address}")]
    [InlineData("CHAT__LIMITS__TEXT=x", "CHAT__LIMITS__TEXT: 'x' is not a number from 1 to 1048576: give one in that range")]
    [InlineData("CHAT__LIMIT_TEXT=1", "CHAT__LIMIT_TEXT is not a setting: correct its name or take it away (see --help)")]
    public void A_wrong_variable_is_told_by_its_name(string environment, string line) =>
        Assert.Equal([line], OptionsOf.Errors("", environment));

    [Theory]
    [InlineData("""{"Chat":{"Http":"x"}}""", $"Chat:Http in appsettings.json: 'x' {Address}")]
    [InlineData("""{"Chat":{"Htpp":"x"}}""", "Chat:Htpp in appsettings.json is not a setting: correct its name or take it away (see --help)")]
    public async Task A_wrong_line_of_the_file_is_told_by_its_key(string json, string line)
    {
        await using TestDirectory folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "appsettings.json"), json);

        Assert.Equal([line], OptionsOf.Errors("", "", folder.Path));
    }

    [Fact]
    public async Task A_file_that_is_not_json_is_told_in_one_line()
    {
        await using TestDirectory folder = new();
        File.WriteAllText(Path.Combine(folder.Path, "appsettings.json"), "{");

        string line = Assert.Single(OptionsOf.Errors("", "", folder.Path));
        Assert.StartsWith("appsettings.json cannot be read (", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void All_errors_are_told_at_once() =>
        Assert.Equal(3, OptionsOf.Errors("--http x --guests x", "CHAT__NODE=X").Count);
}
