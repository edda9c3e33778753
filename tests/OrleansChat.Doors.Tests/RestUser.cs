using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Doors.Tests;

/// <summary>Somebody who comes in through REST, to be on the other side of the door under test.</summary>
internal sealed class RestUser : IDisposable
{
    public const string Password = "correct horse";

    private readonly HttpClient _http;

    private RestUser(HttpClient http, string name, string token)
    {
        _http = http;
        Name = name;
        Token = token;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public string Name { get; }

    public string Token { get; }

    public static Task<RestUser> RegisterAsync(ServerProcess server, string name) =>
        ComeInAsync(server, "/api/v1/users", name, new { name, password = Password });

    public static Task<RestUser> GuestAsync(ServerProcess server, string name) => ComeInAsync(server, "/api/v1/guests", name, new { name });

    /// <summary>Sends a direct message and returns its number.</summary>
    public Task<long> SendAsync(string to, string text) => PostAsync(ConversationId.Direct(Name, to).Value, text);

    /// <summary>Sends to a group and returns the message's number.</summary>
    public Task<long> SayAsync(string group, string text) => PostAsync($"group:{group}", text);

    public Task CreateGroupAsync(string group, string join = "open", params string[] members) =>
        CheckAsync(_http.PostAsJsonAsync("/api/v1/groups", new { group, title = group, join, members }));

    public Task SignOutAsync() => CheckAsync(_http.DeleteAsync(new Uri("/api/v1/sessions/current", UriKind.Relative)));

    public Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>("/api/v1" + path).WithinAsync(what: path);

    public Task DeleteAsync(string path) => CheckAsync(_http.DeleteAsync(new Uri("/api/v1" + path, UriKind.Relative)));

    public void Dispose() => _http.Dispose();

    private static async Task<RestUser> ComeInAsync(ServerProcess server, string path, string name, object body)
    {
        var http = new HttpClient { BaseAddress = server.Url };
        JsonElement answer = await CheckAsync(http.PostAsJsonAsync(path, body));
        return new RestUser(http, name, answer.GetProperty("token").GetString()!);
    }

    private async Task<long> PostAsync(string conversation, string text) =>
        (await CheckAsync(_http.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { text }))).GetProperty("seq").GetInt64();

    private static async Task<JsonElement> CheckAsync(Task<HttpResponseMessage> request)
    {
        using HttpResponseMessage answer = await request.WithinAsync(what: "the answer");
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}");
        return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
    }
}
