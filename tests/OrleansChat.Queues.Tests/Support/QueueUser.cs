using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Queues.Tests.Support;

/// <summary>Somebody with a token, at one node.</summary>
internal sealed class QueueUser : IDisposable
{
    public const string Password = "a long password";

    private readonly HttpClient _http;

    private QueueUser(ServerProcess node, string name, string token)
    {
        Node = node;
        Name = name;
        Token = token;
        _http = new HttpClient { BaseAddress = node.Url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public ServerProcess Node { get; }

    public string Name { get; }

    public string Token { get; }

    public static async Task<QueueUser> RegisterAsync(ServerProcess node, string name)
    {
        using var http = new HttpClient { BaseAddress = node.Url };
        using HttpResponseMessage made = await http.PostAsJsonAsync("/api/v1/users", new { name, password = Password }).WithinAsync(what: "the account");
        return new QueueUser(node, name, (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }

    /// <summary>The same person at another node.</summary>
    public QueueUser At(ServerProcess node) => new(node, Name, Token);

    public Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers) =>
        Answer.OfAsync(_http, method, path, body, headers);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> PostFormAsync(string path, string name, string value) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent([new(name, value)]));

    public Task<Answer> PostJsonAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, MediaTypeHeaderValue.Parse("application/json")), headers);

    /// <summary>Posts a text and returns its key.</summary>
    public async Task<long> PutAsync(string queue, string value) =>
        (await PostFormAsync($"/q/{queue}", "value", value)).Expect(HttpStatusCode.Created).Json.GetProperty("key").GetInt64();

    /// <summary>A hard get; null when there is nothing.</summary>
    public async Task<Item?> TakeAsync(string queue, string query = "")
    {
        Answer answer = await GetAsync($"/q/{queue}{query}");
        return answer.Status == HttpStatusCode.NoContent ? null : Item.Of(answer.Expect(HttpStatusCode.OK).Json);
    }

    public async Task<JsonElement> StatsAsync(string queue) => (await GetAsync($"/stats/{queue}")).Expect(HttpStatusCode.OK).Json;

    public async Task<long> DepthAsync(string queue) => (await StatsAsync(queue)).GetProperty("depth").GetInt64();

    public async Task InviteAsync(string queue, QueueUser other) =>
        (await SendAsync(HttpMethod.Put, $"/api/v1/groups/{queue}/members/{other.Name}")).ExpectSuccess();

    public Task<ItemStream> StreamAsync(string queue, string accept = "*/*") => ItemStream.OpenAsync(_http, $"/c/{queue}", accept);

    /// <summary>Opens streams and waits until they count as consumers.</summary>
    public async Task<ItemStream[]> StreamsAsync(string queue, params QueueUser[] who)
    {
        ItemStream[] streams = await Task.WhenAll(who.Select(one => one.StreamAsync(queue)));
        await ConsumersAsync(queue, who.Length);
        return streams;
    }

    public Task ConsumersAsync(string queue, int count) =>
        Eventually.ValueAsync(async () => (await StatsAsync(queue)).GetProperty("consumers").GetInt32(), found => found == count);

    public async Task<ItemSocket> SocketAsync(string queue, Action<ClientWebSocketOptions>? options = null, string? query = null)
    {
        string path = $"/ws/q/{queue}{query ?? "?token=" + Token}";
        return await ItemSocket.OpenAsync(new Uri(Node.Url.ToString().Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + path), options);
    }

    public void Dispose() => _http.Dispose();
}
