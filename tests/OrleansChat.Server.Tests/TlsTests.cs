using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

/// <summary>A server that speaks TLS, as clients see it.</summary>
public sealed class TlsTests : IAsyncDisposable
{
    private readonly TestDirectory _folder = new();

    private string Certificate => Path.Combine(_folder.Path, "server.pem");

    private string Key => Path.Combine(_folder.Path, "server.key");

    [Fact]
    public async Task Http_1_and_2_and_WebSockets_of_both_come_in_and_the_probe_finds_it_ready()
    {
        Write(new TestCertificate("first"));
        int port = FreePort.Next();
        await using ServerProcess server = await StartAsync("--http", $"127.0.0.1:{port}");

        Assert.Equal("https", server.Url.Scheme);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), await GetAsync(server, HttpVersion.Version20));
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), await GetAsync(server, HttpVersion.Version11));
        Assert.Equal(3500, await TokenlessAsync(server, HttpVersion.Version20));
        Assert.Equal(3500, await TokenlessAsync(server, HttpVersion.Version11));
        await using ServerProcess probe = Launch("--health", "--http", $"127.0.0.1:{port}");
        Assert.Equal((0, "{\"status\":\"ready\"}\n"), (await probe.WaitForExitAsync(), probe.Output));
    }

    [Fact]
    public async Task A_replaced_certificate_is_shown_to_new_connections_and_a_broken_one_is_not()
    {
        Write(new TestCertificate("first"));
        await using ServerProcess server = await StartAsync("--http", "127.0.0.1:0", "--line", "127.0.0.1:0", "--tls-doors", "http,line,resp", "--resp", "127.0.0.1:0");
        await using SslStream standing = await ConnectAsync(server.Ready["line"]);
        Assert.Equal(["CN=first", "CN=first", "CN=first"], await SubjectsAsync(server));

        Write(new TestCertificate("second"));
        await Eventually.ValueAsync(() => SubjectsAsync(server), shown => shown.All(subject => subject == "CN=second"));

        File.WriteAllText(Certificate, "nothing");
        await Eventually.TrueAsync(async () => (await SubjectsAsync(server)).Count == 3 && server.Errors.Contains("holds no certificate that can be read", StringComparison.Ordinal));
        Assert.Equal(["CN=second", "CN=second", "CN=second"], await SubjectsAsync(server));

        await standing.WriteAsync("NICK alice\n"u8.ToArray());
        Assert.Equal("OK NICK alice", await new StreamReader(standing).ReadLineAsync().WithinAsync());
    }

    [Fact]
    public async Task A_bad_certificate_exits_with_2_and_one_line()
    {
        await using ServerProcess server = Launch("--http", "127.0.0.1:0");

        Assert.Equal(2, await server.WaitForExitAsync());
        Assert.Equal(("", $"orleanschat: --tls-certificate {Certificate}: there is no such file\n"), (server.Output, server.Errors));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private void Write(TestCertificate certificate)
    {
        File.WriteAllText(Certificate, certificate.Pem);
        File.WriteAllText(Key, certificate.KeyPem);
    }

    private Task<ServerProcess> StartAsync(params string[] arguments) =>
        ServerProcess.StartAsync(["--tls-certificate", Certificate, "--tls-key", Key, .. arguments]);

    private ServerProcess Launch(params string[] arguments) =>
        ServerProcess.Launch(new ServerProcessOptions { Arguments = ["--tls-certificate", Certificate, "--tls-key", Key, .. arguments] });

    private static SocketsHttpHandler Trusting()
    {
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, shown, _, _) => shown!.Subject == "CN=first";
        return handler;
    }

    private static async Task<(HttpStatusCode, Version)> GetAsync(ServerProcess server, Version version)
    {
        using HttpClient http = new(Trusting()) { BaseAddress = server.Url };
        using HttpRequestMessage request = new(HttpMethod.Get, "/health/live") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage answer = await http.SendAsync(request).WithinAsync();
        return (answer.StatusCode, answer.Version);
    }

    // The close code of a session that shows no token that is one.
    private static async Task<int?> TokenlessAsync(ServerProcess server, Version version)
    {
        using HttpMessageInvoker invoker = new(Trusting());
        using ClientWebSocket socket = new();
        socket.Options.HttpVersion = version;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"wss://{server.Url.Authority}/ws?token=none"), invoker, CancellationToken.None).WithinAsync();
        await socket.ReceiveAsync(new byte[100], CancellationToken.None).WithinAsync();
        return (int?)socket.CloseStatus;
    }

    private static async Task<IReadOnlyList<string>> SubjectsAsync(ServerProcess server)
    {
        List<string> subjects = [];
        foreach (string address in new[] { server.Url.Authority, server.Ready["line"], server.Ready["resp"] })
        {
            await using SslStream stream = await ConnectAsync(address);
            subjects.Add(stream.RemoteCertificate!.Subject);
        }

        return subjects;
    }

    private static async Task<SslStream> ConnectAsync(string address)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(address)).WithinAsync();
        SslStream stream = new(client.GetStream(), leaveInnerStreamOpen: false, static (_, shown, _, _) => shown is X509Certificate);
        await stream.AuthenticateAsClientAsync("localhost").WithinAsync();
        return stream;
    }
}
