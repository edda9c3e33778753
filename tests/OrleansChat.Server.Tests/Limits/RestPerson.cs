using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Server.Tests.Limits;

/// <summary>Somebody who chats over REST, at any node.</summary>
internal sealed class RestPerson(string token)
{
    public static async Task<RestPerson> GuestAsync(LocalNode node, string name)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        return new RestPerson((await new ChatRest(http).CreateGuestAsync(name).WithinAsync()).Token);
    }

    public async Task<HttpStatusCode> PostAsync(LocalNode node, string path, object body)
    {
        using HttpClient http = new() { BaseAddress = node.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/" + path, body).WithinAsync(what: path);
        return answer.StatusCode;
    }

    public Task<HttpStatusCode> SendAsync(LocalNode node, string conversation, string text) =>
        PostAsync(node, $"conversations/{conversation}/messages", new { text });
}
