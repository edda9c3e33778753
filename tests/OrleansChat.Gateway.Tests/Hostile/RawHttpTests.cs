using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>What comes to the HTTP port and is no proper request.</summary>
public sealed class RawHttpTests(HostileServer server) : IClassFixture<HostileServer>
{
    private const string Smuggled = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public async Task Hundreds_of_requests_that_never_end_delay_nobody_and_are_cut_off()
    {
        TcpClient[] slow = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => OpenAsync(
            i % 2 == 0 ? "GET /ws HTTP/1.1\r\nHost: h\r\nX-Slow: " : "POST /api/v1/sessions HTTP/1.1\r\n")));

        await server.AssertUnharmedAsync();

        string[] answers = await Task.WhenAll(slow.Select(ReadToEndAsync)).WithinAsync(TimeSpan.FromSeconds(60), "the end of every slow request");
        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
        server.AssertNoFault();
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}  ")]
    [InlineData("Content-Length: 4, 4\r\n\r\n{}  ")]
    [InlineData("Content-Length: 0x4\r\n\r\n{}  ")]
    [InlineData("Content-Length: -4\r\n\r\n{}  ")]
    [InlineData("Content-Length : 4\r\n\r\n{}  ")]
    [InlineData("Content-Length:\r\n 4\r\n\r\n{}  ")]
    [InlineData("Content-Length: 4\0\r\n\r\n{}  ")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n{}")]
    [InlineData("Host: other\r\nContent-Length: 2\r\n\r\n{}")]
    public async Task A_request_that_two_servers_could_read_differently_is_refused_and_nothing_behind_it_is_read(string rest)
    {
        using TcpClient client = await OpenAsync($"POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n{rest}{Smuggled}");

        string answer = await ReadToEndAsync(client).WithinAsync();

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain("live", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_a_length_and_chunks_is_read_in_chunks_and_ends_the_connection()
    {
        using TcpClient client = await OpenAsync(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + Smuggled);

        string answer = await ReadToEndAsync(client).WithinAsync();

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("live", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        using TcpClient large = await OpenAsync("GET / HTTP/1.1\r\nHost: h\r\nX-Large: " + new string('x', 100_000));
        using TcpClient many = await OpenAsync("GET / HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"X-{i}: 1\r\n")));

        Assert.StartsWith("HTTP/1.1 431 ", await ReadToEndAsync(large).WithinAsync(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", await ReadToEndAsync(many).WithinAsync(), StringComparison.Ordinal);
    }

    private async Task<TcpClient> OpenAsync(string text)
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, server.Url.Port).WithinAsync(what: "a connection");
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().WithinAsync(what: "the request");
        return client;
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (await client.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Cut with a reset, because not everything that was sent had been read.
        }

        client.Dispose();
        return answer.ToString();
    }
}
