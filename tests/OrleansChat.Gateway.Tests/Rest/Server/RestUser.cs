using System.Text;
using System.Text.Json;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest.Server;

/// <summary>Somebody who asks a whole server.</summary>
internal sealed class RestUser(HttpClient http)
{
    public const string Password = "correct horse battery";

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative))
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await http.SendAsync(request);
    }

    /// <summary>The answer of a request that succeeds; an empty object where there is none.</summary>
    public async Task<JsonElement> DoneAsync(string method, string path, string? json = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, json);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {body}");
        return JsonElement.Parse(body.Length == 0 ? "{}" : body);
    }

    public Task<JsonElement> GetAsync(string path) => DoneAsync("GET", path);

    /// <summary>The code of the problem that a request ends with.</summary>
    public async Task<int> RefusedAsync(string method, string path, string? json = null)
    {
        using HttpResponseMessage response = await SendAsync(method, path, json);
        return await response.ProblemAsync();
    }

    /// <summary>Sends a text and returns its number.</summary>
    public async Task<long> SayAsync(string conversation, string text) =>
        (await DoneAsync("POST", $"conversations/{conversation}/messages", $$"""{"text":"{{text}}"}""")).GetProperty("seq").GetInt64();

    /// <summary>The texts of the end of a conversation.</summary>
    public async Task<IReadOnlyList<string?>> TextsAsync(string conversation) =>
        [.. (await GetAsync($"conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray()
            .Where(message => message.GetProperty("kind").GetString() == "text")
            .Select(message => message.TryGetProperty("text", out JsonElement text) ? text.GetString() : null)];

    /// <summary>A member of each item of a page.</summary>
    public async Task<IReadOnlyList<string?>> NamesAsync(string path, string member = "name") =>
        [.. (await GetAsync(path)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty(member).GetString())];
}
