using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansChat.Server.Web;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests;

public sealed class WebClientTests : IAsyncLifetime
{
    private const string Page = "<!doctype html><title>Chat</title>";
    private const string Script = "/assets/index-Ab12.js";
    private static readonly string ScriptText = string.Concat(Enumerable.Repeat("export const a = 1;\n", 100));

    private readonly TestDirectory _directory = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "assets"));
        await WriteAsync("index.html", Encoding.UTF8.GetBytes(Page));
        await WriteAsync("favicon.svg", "<svg/>"u8.ToArray());
        await WriteAsync("notes.secret", "not for serving"u8.ToArray());
        byte[] script = Encoding.UTF8.GetBytes(ScriptText);
        await WriteAsync(Script[1..], script);
        await WriteAsync(Script[1..] + ".br", Pack(script, packed => new BrotliStream(packed, CompressionLevel.Optimal)));
        await WriteAsync(Script[1..] + ".gz", Pack(script, packed => new GZipStream(packed, CompressionLevel.Optimal)));

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseWebClient(WebFiles.Read(_directory.Path), new WebPolicies(["http://a:1", "https://b"]));
        _app.MapGet("/", () => Results.Redirect("/lobby"));
        _app.MapPost("/api/v1/users", () => Results.Ok());
        _app.MapNodes(["http://a:1", "https://b"], guests: true);
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _directory.DisposeAsync();
    }

    [Fact]
    public async Task The_page_is_served_at_the_root_asked_for_each_time_and_not_sent_twice()
    {
        using HttpResponseMessage page = await GetAsync("/");
        Assert.Equal(Page, await page.Content.ReadAsStringAsync());
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());

        using HttpResponseMessage again = await GetAsync("/", ("If-None-Match", page.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        using HttpResponseMessage other = await GetAsync("/", ("If-None-Match", "\"another\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    [InlineData("", null)]
    public async Task An_asset_comes_in_the_best_encoding_that_the_browser_takes_and_is_kept_forever(string accepted, string? encoding)
    {
        using HttpResponseMessage asset = await GetAsync(Script, ("Accept-Encoding", accepted));
        byte[] body = await asset.Content.ReadAsByteArrayAsync();
        Assert.Equal(encoding, asset.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(ScriptText, Unpack(body, encoding));
        Assert.Equal("text/javascript; charset=utf-8", asset.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=31536000, immutable", asset.Headers.CacheControl?.ToString());
        Assert.Contains("Accept-Encoding", asset.Headers.Vary);
        Assert.Contains(encoding is null ? "\"" : encoding == "br" ? "-br\"" : "-gz\"", asset.Headers.ETag?.Tag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_served_says_what_it_may_do()
    {
        foreach (string path in new[] { "/", Script, "/favicon.svg" })
        {
            using HttpResponseMessage answer = await GetAsync(path);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("connect-src 'self' http://a:1 ws://a:1 https://b wss://b;", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("camera=()", answer.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/chats/room")]
    [InlineData("/settings")]
    public async Task An_address_that_somebody_opens_and_no_door_knows_is_the_page(string path)
    {
        using HttpResponseMessage answer = await GetAsync(path, ("Accept", "text/html,*/*;q=0.8"), ("Sec-Fetch-Mode", "navigate"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Page, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/v1/nothing", "text/html")]
    [InlineData("/docs/nothing", "text/html")]
    [InlineData("/assets/index-Old1.js", "text/html")]
    [InlineData("/settings", "application/json")]
    [InlineData("/settings", "*/*")]
    [InlineData("/notes.secret", "*/*")]
    [InlineData("/assets/%2e%2e/%2e%2e/notes.secret", "*/*")]
    [InlineData("/assets", "*/*")]
    public async Task What_is_not_there_is_not_found(string path, string accept)
    {
        using HttpResponseMessage answer = await GetAsync(path, ("Accept", accept));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_script_that_fetches_a_wrong_address_does_not_get_the_page()
    {
        using HttpResponseMessage answer = await GetAsync("/settings", ("Accept", "text/html"), ("Sec-Fetch-Mode", "cors"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Methods_of_doors_are_refused_as_before()
    {
        using HttpResponseMessage wrong = await GetAsync("/api/v1/users", ("Accept", "text/html"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
        using HttpResponseMessage post = await _http.PostAsync("/settings", null);
        Assert.Equal(HttpStatusCode.NotFound, post.StatusCode);
    }

    [Fact]
    public async Task Asking_for_the_head_gives_the_length_and_no_content()
    {
        using HttpRequestMessage request = new(HttpMethod.Head, "/");
        using HttpResponseMessage answer = await _http.SendAsync(request);
        Assert.Equal(Page.Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task The_nodes_are_listed_for_the_page()
    {
        using HttpResponseMessage answer = await GetAsync("/nodes.json");
        Assert.Equal("""{"nodes":["http://a:1","https://b"],"guests":true}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_built_client_the_root_leads_to_the_lobby()
    {
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(redis);
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(server.Url, "/"));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/lobby", answer.Headers.Location?.ToString());
    }

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    private Task WriteAsync(string name, byte[] content) => File.WriteAllBytesAsync(Path.Combine(_directory.Path, name), content);

    private static byte[] Pack(byte[] content, Func<Stream, Stream> encoder)
    {
        using var packed = new MemoryStream();
        using (Stream stream = encoder(packed))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    private static string Unpack(byte[] body, string? encoding)
    {
        using var packed = new MemoryStream(body);
        using Stream plain = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var reader = new StreamReader(plain);
        return reader.ReadToEnd();
    }
}
