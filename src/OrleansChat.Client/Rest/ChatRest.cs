using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansChat.Client;

/// <summary>What proves to the server who a client is.</summary>
/// <param name="Name">The user's name as the server spells it.</param>
/// <param name="Token">The token.</param>
/// <param name="Expires">When the token ends, as the server says it.</param>
public sealed record ChatToken(string Name, string Token, JsonElement Expires);

internal sealed record Credentials(string Name, string? Password = null, string? DisplayName = null);

/// <summary>The REST calls that lead to a token. Each throws <see cref="ChatException"/> when refused.</summary>
/// <param name="http">A client whose base address is the node, for example <c>http://host:8080/</c>; it stays the caller's.</param>
public sealed class ChatRest(HttpClient http)
{
    /// <summary>Registers a user.</summary>
    public Task<ChatToken> CreateUserAsync(string name, string password, string? displayName = null, CancellationToken cancel = default)
        => PostAsync("users", new Credentials(name, password, displayName), cancel);

    /// <summary>Logs a registered user in.</summary>
    public Task<ChatToken> LogInAsync(string name, string password, CancellationToken cancel = default)
        => PostAsync("sessions", new Credentials(name, password), cancel);

    /// <summary>Takes a free name as a guest, where guests are allowed.</summary>
    public Task<ChatToken> CreateGuestAsync(string name, CancellationToken cancel = default)
        => PostAsync("guests", new Credentials(name), cancel);

    /// <summary>Makes a token worthless; its connections are closed with 3500.</summary>
    public async Task LogOutAsync(string token, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri("api/v1/sessions/current", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
        await ThrowIfRefusedAsync(response, cancel).ConfigureAwait(false);
    }

    private async Task<ChatToken> PostAsync(string path, Credentials credentials, CancellationToken cancel)
    {
        using var response = await http.PostAsJsonAsync("api/v1/" + path, credentials, ChatJson.Default.Credentials, cancel).ConfigureAwait(false);
        await ThrowIfRefusedAsync(response, cancel).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync(ChatJson.Default.ChatToken, cancel).ConfigureAwait(false))!;
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
        throw new ChatException(Problem(body) ?? new ChatError((int)response.StatusCode, "http", response.ReasonPhrase, (int)response.StatusCode >= 500));
    }

    /// <summary>Reads an RFC 9457 problem document with the error's <c>code</c> and <c>name</c>.</summary>
    private static ChatError? Problem(byte[] body)
    {
        try
        {
            var problem = JsonElement.Parse(body);
            var code = problem.GetProperty("code").GetInt32();
            return new ChatError(
                code,
                problem.GetProperty("name").GetString() ?? "",
                problem.TryGetProperty("detail", out var detail) ? detail.GetString() : null,
                code is ChatError.RateLimited or ChatError.Internal or ChatError.Unavailable);
        }
        catch (Exception unknown) when (unknown is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
